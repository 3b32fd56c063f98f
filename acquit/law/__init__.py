"""What the law says: dated figures with their source, and the functions that read them. Pure."""

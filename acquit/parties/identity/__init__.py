"""What a firm says of itself, and who may act for it."""

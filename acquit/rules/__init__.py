"""What follows for a case: decisions as functions from values to values. Pure."""

"""The hinge: what is owed, by whom, since when, and what has been received."""

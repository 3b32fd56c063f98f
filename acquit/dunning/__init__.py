"""Reminding («relance»): plans, what is said to whom, and the run that says it."""

"""Acquit gets a French or Belgian business paid on time."""

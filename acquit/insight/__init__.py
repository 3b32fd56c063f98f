"""Reads that several trades together answer. No tables, no writes."""

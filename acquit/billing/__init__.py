"""Quotes and invoices («devis, factures»): what is written here, and what other software wrote."""

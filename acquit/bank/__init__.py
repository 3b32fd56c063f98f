"""The money that moved: statements of the firm's bank accounts, and what they pay."""

"""People with an account, the firms they found, and their place in them."""

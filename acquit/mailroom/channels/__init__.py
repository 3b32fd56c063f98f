"""Ways to reach a customer: one file each, all of the shape of `email`."""

"""Every screen. Nobody imports it."""

"""The mailroom: papers kept and messages sent."""

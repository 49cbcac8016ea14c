"""Work without a user in front of it."""

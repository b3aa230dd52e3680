"""Places for a stack's state, each on a local server that a test starts."""

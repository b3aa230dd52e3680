"""Places for a stack's state, each on a server that a test starts on this machine."""

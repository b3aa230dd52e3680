"""The helpers that several tests use, such as a stack on the real engine."""

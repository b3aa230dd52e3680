"""The rules, each in its own file."""

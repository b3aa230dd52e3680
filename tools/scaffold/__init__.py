"""Writes the files of a new rule or command, so that only their content is left to write."""

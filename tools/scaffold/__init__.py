"""Writes the files of something new, so that only its content is left to do."""

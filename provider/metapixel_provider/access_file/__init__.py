"""The access file: the access of agencies to pixels, as data."""

"""The access report as one HTML page, which needs no network and no other file."""

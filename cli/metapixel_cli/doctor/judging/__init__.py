"""The checks, which judge the reads and make no calls."""

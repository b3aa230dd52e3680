"""Standing responses: the acceptance of every sharing request of one owner (guide, step 2)."""

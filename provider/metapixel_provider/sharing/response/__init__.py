"""The recipient's answer to a sharing request (guide, step 2)."""

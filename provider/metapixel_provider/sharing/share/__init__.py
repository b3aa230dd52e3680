"""Shares of a pixel with an agency: observe, decide, act (guide, steps 1 and 2)."""

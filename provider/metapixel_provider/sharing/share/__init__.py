"""Shares of an asset with an agency: observe, decide, act (guide, steps 1 and 2)."""

"""An asset shared with an agency: observe what Meta returns, decide, act (guide, steps 1 and 2)."""

"""An ad account permitted on a pixel (guide, step 3)."""

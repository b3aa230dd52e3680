"""The pictures in the documentation, which Chromium draws from output of the code."""

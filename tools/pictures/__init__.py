"""The pictures in the documentation, which Chromium draws from the output of the code."""

"""The pictures in the documentation, drawn by Chromium so that they show what the code does."""

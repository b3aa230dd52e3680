"""The verdict on an agency."""

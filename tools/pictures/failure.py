"""The error if a picture cannot be drawn."""


class PictureError(Exception):
    """A tool for drawing is missing or failed. The message tells the user what to do."""

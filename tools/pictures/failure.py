"""The error for a picture that cannot be drawn."""


class PictureError(Exception):
    """A tool for drawing that is missing or failed. The message states the reason."""

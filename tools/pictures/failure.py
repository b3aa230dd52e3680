"""Why a picture cannot be drawn."""


class PictureError(Exception):
    """Something to draw with is missing or has failed; the text tells a person what to do."""

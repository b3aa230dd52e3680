"""The error for an input file that cannot be read."""


class InputError(Exception):
    """A file does not have the content that its argument or option requires."""

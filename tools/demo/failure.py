"""The error of the demonstration."""


class DemoError(Exception):
    """A failure. The message tells the user what to do."""

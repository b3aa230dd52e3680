"""The error of the demonstration."""


class DemoError(Exception):
    """A failure of the demonstration. The message states the next action for the user."""

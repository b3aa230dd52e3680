"""The failure of the demonstration."""


class DemoError(Exception):
    """What went wrong and what to do, for the person at the terminal."""

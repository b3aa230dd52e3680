"""The error of a failed installation."""


class EngineError(Exception):
    """A failure of one way, or of all ways, to get an engine. The message states the reason."""

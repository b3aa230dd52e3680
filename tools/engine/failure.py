"""The error if no engine could be installed."""


class EngineError(Exception):
    """One way to install an engine failed, or all of them. The message is the reason."""

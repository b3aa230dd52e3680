"""Why no engine could be had."""


class EngineError(Exception):
    """A way to an engine is closed, or all of them; the text tells a person why."""

"""The error of stacks and exported states."""


class StackError(Exception):
    """A stack or an exported state that cannot be read or written. The message is one sentence."""

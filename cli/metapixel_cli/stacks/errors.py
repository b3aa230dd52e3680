"""The errors of stacks and exported states."""


class StackError(Exception):
    """A stack or an exported state that cannot be read or written. The message is one sentence."""


class NoStackError(StackError):
    """There is no such stack: no `pulumi`, no project, no login, or no stack of this name."""

"""The errors of stacks and exported states."""

from metapixel_provider.errors import MetaPixelError


class StackError(MetaPixelError):
    """A stack or an exported state that cannot be read or written. The message is one sentence."""


class NoStackError(StackError):
    """The stack was not found: `pulumi`, the project, the login or the stack itself is missing."""

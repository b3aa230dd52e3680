"""The base class of the enums that a program names."""

from __future__ import annotations

from enum import EnumType, StrEnum
from typing import TYPE_CHECKING


class Words(EnumType):
    """The metaclass of these enums. The error for an unknown member lists the known members."""

    #: The class of the error for an unknown member.
    unknown_name: type[Exception] = AttributeError

    # Type checkers must not accept every name.
    if not TYPE_CHECKING:

        def __getattr__(cls, name: str) -> object:
            """Return a member. Raise the error of `unknown_name` if no member has this name."""
            if name in cls.__members__:
                return cls.__members__[name]
            if name.startswith("_"):
                raise AttributeError(name)
            words = ", ".join(cls.__members__)
            raise Words.unknown_name(f"{cls.__name__} has no '{name}'; it has {words}")


class Word(StrEnum, metaclass=Words):
    """A word with a meaning of its own, such as a task or a status."""

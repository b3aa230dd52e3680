"""The base class of the enums that a program names."""

from __future__ import annotations

from enum import EnumType, StrEnum
from typing import TYPE_CHECKING


class Words(EnumType):
    """The class of these enums. Their lack of a member is an error that lists their members."""

    #: The error for a name that an enum lacks.
    unknown_name: type[Exception] = AttributeError

    # Type checkers must not accept every name.
    if not TYPE_CHECKING:

        def __getattr__(cls, name: str) -> object:
            """Return a member. Raise `unknown_name` if there is none."""
            if name in cls.__members__:
                return cls.__members__[name]
            if name.startswith("_"):
                raise AttributeError(name)
            words = ", ".join(cls.__members__)
            raise Words.unknown_name(f"{cls.__name__} has no '{name}'; it has {words}")


class Word(StrEnum, metaclass=Words):
    """A word with a meaning of its own, such as a task or a status."""

"""Checks of single inputs. Each check returns the normal form of a value, or a problem.

A problem quotes the value as one short line, because the value may be long or hostile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum

from metapixel_provider.errors import one_line
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.days import day
from metapixel_provider.sharing.lifecycle import UNKNOWN, Checked, Problem, Properties
from metapixel_provider.sharing.tasks import Task, canonical


class Checks:
    """The checked inputs of one resource. Unknown values are accepted unchanged."""

    def __init__(self, raw: Properties) -> None:
        self._raw = raw
        self._inputs: Properties = {}
        self._problems: list[Problem] = []

    def result(self) -> Checked:
        """Return the checked inputs and the problems. An unknown input name is a problem too."""
        for name in self._raw:
            if name not in self._inputs and all(name != p.property for p in self._problems):
                if self._raw[name] is None:
                    continue
                self._problems.append(Problem(name, "there is no such input"))
        return Checked(self._inputs, tuple(self._problems))

    def id(
        self, name: str, required: bool = True, digits: Callable[[object], str] = ids.digits
    ) -> None:
        """Check an id. `digits` returns the id as digits, or raises ValueError."""
        self._take(name, digits, required)

    def choice(
        self, name: str, choices: type[StrEnum] | Iterable[str], required: bool = True
    ) -> None:
        """Check that a value is one of several words, in upper or lower case."""
        known = {word.lower(): str(word) for word in choices}

        def one_of(value: object) -> str:
            word = str(value).strip()
            # Without this check, `lower` would turn some other letters into ASCII letters.
            found = known.get(word.lower()) if word.isascii() else None
            if found is None:
                raise ValueError(f"{_quoted(value)} is not one of {', '.join(known.values())}")
            return found

        self._take(name, one_of, required)

    def text(self, name: str) -> None:
        """Check an optional text. A number is converted to text."""

        def as_text(value: object) -> str:
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise ValueError(f"{_quoted(value)} is not text")
            whole = isinstance(value, float) and value.is_integer()
            return str(int(value)) if whole else str(value)

        self._take(name, as_text, required=False)

    def flag(self, name: str) -> None:
        """Check an optional boolean."""

        def as_flag(value: object) -> bool:
            if not isinstance(value, bool):
                raise ValueError(f"{_quoted(value)} is neither True nor False")
            return value

        self._take(name, as_flag, required=False)

    def day(self, name: str) -> None:
        """Check an optional date, `YYYY-MM-DD`."""
        self._take(name, lambda value: day(str(value).strip()).isoformat(), required=False)

    def tasks(self, name: str, known: Iterable[Task]) -> None:
        """Check a list of at least one of the `known` tasks.

        A list with an unknown value is kept unchanged.
        """
        value = self._raw.get(name)
        unknown = isinstance(value, list | tuple) and UNKNOWN in value

        def as_tasks(value: object) -> list[str]:
            if not isinstance(value, list | tuple):
                raise ValueError(f"{_quoted(value)} is not a list of tasks such as ['ANALYZE']")
            if not value:
                raise ValueError(f"list at least one of the tasks {', '.join(known)}")
            given = canonical((str(task) for task in value if task is not UNKNOWN), known)
            return list(value) if unknown else [task.value for task in given]

        self._take(name, as_tasks, required=True)

    def _take(self, name: str, form: Callable[[object], object], required: bool) -> None:
        value = self._raw.get(name)
        if value is UNKNOWN:
            self._inputs[name] = value
        elif value is None:
            if required:
                self._problems.append(Problem(name, "is required"))
        else:
            try:
                self._inputs[name] = form(value)
            except ValueError as error:
                self._problems.append(Problem(name, str(error)))
                self._inputs[name] = value


def _quoted(value: object) -> str:
    return f"'{one_line(value, 64)}'"

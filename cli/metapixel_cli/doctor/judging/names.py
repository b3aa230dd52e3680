"""The words for objects and errors in a report."""

from __future__ import annotations

import re
import shlex

from metapixel_cli.doctor.reading.observed import Mistake, Named
from metapixel_provider.errors import GraphError, MetaPixelError

#: The default credential set. A name in parentheses cannot be mistaken for the name of a set.
DEFAULT = "(default)"
_COMMAND = re.compile(r"`pulumi\s+config\s+(?:set|rm)\b")


class Names:
    """The words for the objects of one report.

    Commands on the configuration get the option for `stack`, because another stack may be the
    selected one.
    """

    def __init__(self, stack: str = "") -> None:
        self._option = f" --stack {shlex.quote(stack)}" if stack else ""

    def of(self, kind: str, named: Named) -> str:
        return f"{kind} {named.name} ({named.id})" if named.name else f"{kind} {named.id}"

    def credentials(self, name: str | None) -> str:
        return DEFAULT if name is None else name

    def error(self, error: MetaPixelError) -> str:
        """Return the words for an error, without its advice."""
        if not isinstance(error, GraphError):
            return self._text(error)
        fault = error.fault
        reference = fault.reference()
        found = f"{error.refused()}: {fault.message.rstrip('.')}"
        return f"{found} ({reference})" if reference else found

    def mistake(self, mistake: Mistake) -> str:
        return self._text(mistake.sentence)

    def _text(self, text: object) -> str:
        return _COMMAND.sub(lambda found: f"{found[0]}{self._option}", str(text))

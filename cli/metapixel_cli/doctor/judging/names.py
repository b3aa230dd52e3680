"""The words for objects and errors in a report. In an anonymous report, numbers replace them."""

from __future__ import annotations

import re
import shlex

from metapixel_cli.doctor.reading.observed import Mistake, Named
from metapixel_provider.errors import GraphError, MetaPixelError

#: The default credential set. A name in parentheses cannot be mistaken for the name of a set.
DEFAULT = "(default)"
_SET = re.compile(r"(?i)(META_ACCESS_TOKEN|META_APP_SECRET)_(?!FILE\Z).+?(_FILE)?\Z")
_COMMAND = re.compile(r"`pulumi\s+config\s+(?:set|rm)\b")
_KEY = re.compile(r"(credentials\.).+(\.[A-Za-z]+)\Z")


class Names:
    """The words for the objects of one report.

    If `is_anonymous` is true, a word contains neither an id nor a name, and an error contains no
    text from outside. The same object always has the same number. Commands on the configuration get
    the option for `stack`, because another stack may be the selected one.
    """

    def __init__(self, is_anonymous: bool = False, stack: str = "") -> None:
        self.is_anonymous = is_anonymous
        self._option = f" --stack {shlex.quote(stack)}" if stack else ""
        self._numbers: dict[str, dict[str, int]] = {}

    def of(self, kind: str, named: Named) -> str:
        if self.is_anonymous:
            return self._numbered(kind, named.id)
        return f"{kind} {named.name} ({named.id})" if named.name else f"{kind} {named.id}"

    def credentials(self, name: str | None) -> str:
        if name is None:
            return DEFAULT
        return self._numbered("set", name) if self.is_anonymous else name

    def source(self, source: str) -> str:
        """Return the words for a variable or key, which can contain the name of a set."""
        if not self.is_anonymous:
            return source
        return _KEY.sub(r"\1NAME\2", _SET.sub(r"\1_NAME\2", source))

    def error(self, error: MetaPixelError) -> str:
        """Return the words for an error, without its advice."""
        if not isinstance(error, GraphError):
            return "the text of this error is left out" if self.is_anonymous else self._text(error)
        fault = error.fault
        if not self.is_anonymous:
            reference = fault.reference()
            found = f"{error.phrases[1]}: {fault.message.rstrip('.')}"
            return f"{found} ({reference})" if reference else found
        if fault.code:
            subcode = f"/{fault.subcode}" if fault.subcode else ""
            return f"{error.phrases[1]} (code {fault.code}{subcode})"
        return f"{error.phrases[1]}" + (f" (HTTP {fault.status})" if fault.status else "")

    def mistake(self, mistake: Mistake) -> str:
        if not self.is_anonymous:
            return self._text(mistake.sentence)
        return self.source(mistake.setting) or "a key that is not known"

    def advice(self, mistake: Mistake) -> str:
        return "correct the setting" if self.is_anonymous else self._text(mistake.advice)

    def _text(self, text: object) -> str:
        return _COMMAND.sub(lambda found: f"{found[0]}{self._option}", str(text))

    def _numbered(self, kind: str, key: str) -> str:
        numbers = self._numbers.setdefault(kind, {})
        return f"{kind} {numbers.setdefault(key, len(numbers) + 1)}"

"""Secrets from environment variables.

`VARIABLE` contains a secret. `VARIABLE_FILE` contains the path of a file with the secret.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from metapixel_provider.errors import ConfigurationError, one_line

TOKEN = "META_ACCESS_TOKEN"  # noqa: S105 - the name of a variable
APP_SECRET = "META_APP_SECRET"  # noqa: S105 - the name of a variable

_FILE = "_FILE"

#: A token has a few hundred bytes, so a larger file contains something else.
_LARGEST_FILE = 65_536


@dataclass(frozen=True)
class Secret:
    """A secret and the name of its source.

    If the source is a `_FILE` variable, `held` is the path of the file. Otherwise `held` is the
    secret itself, which can be empty.
    """

    held: str = field(repr=False)
    source: str

    @property
    def value(self) -> str:
        """The secret. Raises ConfigurationError if the file contains no secret."""
        is_file = self.source.endswith(_FILE)
        return _content(self.held, self.source) if is_file else self.held


def environment_suffix(name: str) -> str:
    """Return the suffix of the environment variables of a credential set."""
    return name.upper().replace("-", "_")


def is_reserved(name: str) -> bool:
    """Return whether this set's variables would end in `_FILE`, which is reserved for paths."""
    return f"_{environment_suffix(name)}".endswith(_FILE)


def suffixes(environment: Mapping[str, str], variable: str = TOKEN) -> frozenset[str]:
    """Return the suffix of each credential set that has `variable` in the environment.

    `variable` is `TOKEN` or `APP_SECRET`.
    """
    ends = (name.removeprefix(variable) for name in environment if name.startswith(f"{variable}_"))
    found = (end.removesuffix(_FILE).removeprefix("_") for end in ends)
    return frozenset(
        suffix
        for suffix in found
        if suffix and suffix == environment_suffix(suffix) and not is_reserved(suffix)
    )


def source_of(environment: Mapping[str, str], variable: str) -> str:
    """Return the variable that contains a secret or its path, or an empty string."""
    names = (variable, f"{variable}{_FILE}")
    return next((name for name in names if environment.get(name)), "")


def check_environment(environment: Mapping[str, str]) -> None:
    """Raise ConfigurationError if both `VARIABLE` and `VARIABLE_FILE` are set for a secret."""
    for variable in sorted(environment):
        if variable.startswith((TOKEN, APP_SECRET)):
            _refuse_both(environment, variable)


def secret(environment: Mapping[str, str], variable: str) -> Secret | None:
    """Return the secret in a variable or in the file that `VARIABLE_FILE` names, or None.

    Raises ConfigurationError if both are set.
    """
    _refuse_both(environment, variable)
    by_file = f"{variable}{_FILE}"
    if by_file in environment:
        return Secret(environment[by_file], by_file)
    return Secret(environment[variable], variable) if variable in environment else None


def _refuse_both(environment: Mapping[str, str], variable: str) -> None:
    if variable in environment and f"{variable}{_FILE}" in environment:
        raise ConfigurationError(
            f"{variable} and {variable}{_FILE} are both set, but only one of them can be used; "
            f"unset one of them"
        )


def _content(path: str, variable: str) -> str:
    """Return the secret in a file. No error message contains the secret."""
    if not path:
        raise ConfigurationError(
            f"{variable} is set, but empty; set it to the path of a file, or unset it"
        )
    content, why = b"", ""
    try:
        # Opening a pipe would block until another process writes to it.
        if stat.S_ISREG(Path(path).stat().st_mode):
            with Path(path).open("rb") as file:
                content = file.read(_LARGEST_FILE + 1)
        else:
            why = "it is not a regular file"
    except OSError as error:
        why = f"it cannot be read ({error.strerror or type(error).__name__})"
    if len(content) > _LARGEST_FILE:
        why = f"it is larger than {_LARGEST_FILE} bytes"
    try:
        found = content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        found, why = "", why or "it is not UTF-8 text"
    if why or not found:
        # A path without a folder may be the secret itself, set in the wrong variable.
        shown = f"'{one_line(path, 120)}'" if "/" in path else "a path without a folder"
        raise ConfigurationError(
            f"No secret was found in the file that {variable} names ({shown}): "
            f"{why or 'it is empty'}; set {variable} to the path of a file that contains only the "
            f"secret"
        )
    return found

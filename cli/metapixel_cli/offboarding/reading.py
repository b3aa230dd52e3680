"""Reads of everything that a verdict needs: Meta, stacks, a profile and an earlier verdict."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import yaml

from metapixel_cli.access.reading import read_stack
from metapixel_cli.escape import in_log
from metapixel_cli.offboarding.verdict import Before, Verdict
from metapixel_cli.schema import loaded
from metapixel_cli.stacks.export import StackResource
from metapixel_provider.sharing.estate.offboarding import Remains

#: The question of the probe whose answer proves that a token sees the lists of other businesses.
QUESTION = "foreign_lists"


@dataclass(frozen=True)
class Sources:
    """Everything that was read. `declared` are the shares and permissions of stacks.

    `has_proof` is true if a profile proves that the token sees the lists of other businesses.
    `labels` are the labels of the agencies in the access file, and `earlier` the earlier verdicts,
    by agency.
    """

    remains: Remains
    declared: Sequence[StackResource]
    has_proof: bool
    labels: Mapping[str, str]
    earlier: Mapping[str, tuple[Before, Verdict]]


def read_declared(stacks: Sequence[str], folder: Path) -> list[StackResource]:
    """Return the shares and permissions of stacks. They prove ids, and endings name them."""
    found: list[StackResource] = []
    for stack in stacks:
        state = read_stack(stack, folder)
        if state.reason:
            click.echo(in_log(f"Stack {state.name} was not read: {state.reason}"), err=True)
        found += [each for each in state.resources if each.type.is_access]
    return found


def is_proof(path: Path) -> bool:
    """Return whether a profile answers `QUESTION` with `listed`. Raise UsageError."""
    try:
        content = yaml.safe_load(path.read_bytes())
        if content["version"] != 1:
            raise ValueError
        answer = content["switches"].get(QUESTION) or {}
        return bool(answer.get("answer") == "listed")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, yaml.YAMLError):
        raise click.UsageError(
            f"{path} is not a profile; name a file that `metapixel probe` wrote"
        ) from None


def read_earlier(path: Path, owner: str, agency: str, address: str) -> tuple[Before, Verdict]:
    """Return an earlier verdict. Raise UsageError if it is about anything else."""
    try:
        data = path.read_bytes()
        found = loaded(Verdict, data)
    except (OSError, ValueError, RecursionError):
        raise click.UsageError(
            f"{path} is not a verdict of this version; name a file that `metapixel offboarding` "
            f"wrote with --output"
        ) from None
    about = {"owner": found.owner.id, "agency": found.agency.id, "address": found.address}
    for noun, expected in {"owner": owner, "agency": agency, "address": address}.items():
        if about[noun] != expected:
            raise click.UsageError(f"{path} is about another {noun}; name another file")
    return Before(hashlib.sha256(data).hexdigest(), found.as_of, len(found.remaining)), found

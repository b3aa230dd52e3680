"""Reads of everything that a verdict needs: Meta, stacks, a profile and an earlier verdict."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import yaml

from metapixel_cli.access.reading import read_stack
from metapixel_cli.escape import in_log
from metapixel_cli.stacks.export import StackResource
from metapixel_provider.errors import MetaPixelError
from metapixel_provider.sharing.estate.offboarding import Edge, Remains

#: The question of the probe whose answer proves that a token sees the lists of other businesses.
QUESTION = "foreign_lists"


class InputFileError(MetaPixelError):
    """A file that was named does not have the required content. The message is one sentence."""


@dataclass(frozen=True)
class Before:
    """An earlier verdict on the same agency."""

    digest: str
    """The SHA-256 of its file."""
    time: str
    findings: int
    agency: str
    """The name of the agency, or its id if the verdict had findings; empty if nothing knew it."""
    sees_others: bool
    """True if it was NOT OUT, and a list of another business on a pixel was not empty."""


@dataclass(frozen=True)
class Observed:
    """Everything that was read. `declared` are the shares and permissions of stacks.

    `profile` is the answer of a profile to `QUESTION`, and None without a profile. `labels` are the
    labels of the agencies in the access file, by id.
    """

    remains: Remains
    address: str
    api_version: str
    declared: Sequence[StackResource]
    profile: object
    labels: Mapping[str, str]


def read_declared(stacks: Sequence[str]) -> list[StackResource]:
    """Return the shares and permissions of stacks of the project in this folder.

    Without a stack, the verdict is the same, but no ending names its resources.
    """
    states = [read_stack(each, Path()) for each in stacks]
    for state in states:
        if state.reason:
            click.echo(in_log(f"Stack {state.name} was not read: {state.reason}"), err=True)
    return [each for state in states for each in state.resources if each.type.is_access]


def read_profile(path: Path) -> object:
    """Return the answer of a profile to `QUESTION`, or "". Raise InputFileError."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if content["version"] != 1:
            raise ValueError
        return (content["switches"].get(QUESTION) or {}).get("answer", "")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, yaml.YAMLError):
        raise InputFileError(
            f"{path} is not a profile; name a file that `metapixel probe` wrote"
        ) from None


def read_before(path: Path, owner: str, agency: str, address: str) -> Before:
    """Return an earlier verdict. Raise InputFileError if it is about anything else."""
    try:
        data = path.read_bytes()
        found = json.loads(data)
        if found["version"] != 1:
            raise ValueError
        about = {"owner": found["owner"]["id"], "agency": found["agency"]["id"]}
        about["address"] = found["address"]
        findings, foreign = len(found["remaining"]), (Edge.PIXEL_ACCOUNTS, Edge.PIXEL_USERS)
        others = [
            each["items"] > 0
            for each in found["lists"]
            if each["edge"] in foreign and each["business"] != owner
        ]
        before = Before(
            hashlib.sha256(data).hexdigest(),
            str(found["as_of"]),
            findings,
            str(found["agency"]["name"] or (findings and agency) or ""),
            found["verdict"] == "NOT OUT" and any(others),
        )
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        raise InputFileError(
            f"{path} is not a verdict of this version; name a file that `metapixel offboarding` "
            f"wrote with --output"
        ) from None
    for noun, now in {"owner": owner, "agency": agency, "address": address}.items():
        if about[noun] != now:
            raise InputFileError(f"{path} is about another {noun}; name another file with --before")
    return before

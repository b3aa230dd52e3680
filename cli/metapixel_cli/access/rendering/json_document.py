"""A report as JSON: its data, with the schema of its classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from metapixel_cli import schema
from metapixel_cli.access.evaluation.report import Report
from metapixel_cli.access.rendering.words import headline


@dataclass(frozen=True, kw_only=True)
class Document(Report):
    """Who has access to the pixels of some businesses, at one time.

    Texts are not escaped: escape them before you display them. Readers must ignore properties that
    they do not know.
    """

    version: Literal[1]
    """A new version means that readers of the previous version would misunderstand the
    document."""
    complete: bool
    """False if a part or a stack was not read completely."""
    headline: str
    """The result in one sentence."""


def as_json(report: Report) -> str:
    found = Document(
        **vars(report), version=1, complete=not report.unread, headline=headline(report)
    )
    return schema.as_json(found)

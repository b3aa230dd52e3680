"""The review as JSON for other tools: the evaluated review, with the schema of its classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from metapixel_cli import schema
from metapixel_cli.review.evaluation.review import Review
from metapixel_cli.review.rendering.headline import verdict
from metapixel_cli.review.rendering.words import marker


@dataclass(frozen=True)
class Document(Review):
    __doc__ = Review.__doc__

    version: Literal[1]
    """A new version means that readers of the previous version would misunderstand the
    document."""
    marker: str
    """The first line of the Markdown comment, which is the same for every review of this project
    and stack."""
    headline: str
    """The verdict in words."""


def as_json(review: Review) -> str:
    found = Document(
        **vars(review),
        version=1,
        marker=marker(review.project, review.stack),
        headline=verdict(review),
    )
    return schema.as_json(found)

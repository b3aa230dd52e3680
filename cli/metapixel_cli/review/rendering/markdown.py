"""Templates of Markdown, which escape every value that they print."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from metapixel_cli import escape
from metapixel_cli.words import at_most, count, noun


class Markdown(str):
    """A text that is Markdown already, so that a template prints it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


_COMMA = Markdown(", ")


@cache
def template(**modules: object) -> Any:
    """Return the macros of the comment's template, which can call functions of these modules.

    It has only our filters, because those of Jinja could print a value without its escape.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters = _FILTERS
    environment.globals.update(modules)
    environment.tests["hidden"] = escape.hides
    return environment.get_template("comment.md.j2").module


def escaped(value: object, longest: int = 200) -> str:
    """Return Markdown as it is, a number with its separators, and any other text escaped."""
    if isinstance(value, Markdown | Markup):
        return value
    if isinstance(value, int):
        return Markdown(f"{value:,}")
    if isinstance(value, str):
        return Markdown(escape.in_markdown(value, longest))
    raise TypeError(f"The template prints a value of the type {type(value).__name__}")


def _listed(
    texts: Iterable[str], most: int = 1000, between: str = _COMMA, longest: int = 200
) -> Markdown:
    found = [escaped(text, longest) for text in texts]
    return Markdown(str(between).join(at_most(found, most)))


_FILTERS: dict[str, Callable[..., object]] = {
    "count": count,
    "cut": escaped,
    "fenced": lambda text: Markdown(escape.fenced(text)),
    "id": lambda text, prefix="": Markdown(escape.identifier(prefix + text)),
    "length": len,
    "listed": _listed,
    "noun": noun,
}

"""`metapixel review`."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import IntEnum
from typing import BinaryIO

import click

from metapixel_cli.review.judging.review import Finding, Status, review
from metapixel_cli.review.reading.output import InputError, read
from metapixel_cli.review.reading.preview import Preview, Source
from metapixel_cli.review.rendering.budget import GITHUB_LIMIT
from metapixel_cli.review.rendering.comment import Origin, comment
from metapixel_cli.review.rendering.json_document import as_json, schema
from metapixel_cli.review.rendering.terminal import plain_text

#: A comment needs its verdict; below this not even that is sure to fit.
_SHORTEST = 2_000


class Exit(IntEnum):
    """How the command ends. 2 is also how click ends on wrong usage."""

    FINE = 0
    FAILED = 1
    INVALID = 2
    FOUND = 3


def _show_schema(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        click.echo(schema(), nl=False)
        ctx.exit(Exit.FINE)


@click.command("review")
@click.argument("preview", type=click.File("rb"), default="-")
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "text", "json"]),
    default="markdown",
    show_default=True,
    help="A comment for a pull request, lines for a terminal, or a document for other tools.",
)
@click.option(
    "--fail-on",
    "fail_on",
    type=click.Choice([*(finding.value for finding in Finding), "nothing"]),
    multiple=True,
    default=["policy"],
    show_default=True,
    help="End with exit code 3 when this is found. Can be given several times.",
)
@click.option(
    "--exit-code",
    type=click.IntRange(0, 255),
    help="How the preview's command ended; with another one than 0 the review says it failed.",
)
@click.option(
    "--errors",
    "said",
    type=click.File("rb"),
    help="What the preview wrote to standard error; shown when it failed.",
)
@click.option("--project", default="", help="The project, where the preview does not tell it.")
@click.option("--stack", default="", help="The stack, where the preview does not tell it.")
@click.option("--commit", default="", help="The commit that was previewed, to be shown.")
@click.option("--run-url", default="", help="Where the preview ran, to be linked (https).")
@click.option(
    "--max-length",
    type=click.IntRange(_SHORTEST),
    default=GITHUB_LIMIT,
    show_default=True,
    help="Most characters of the Markdown; detail is left out from the end, and counted.",
)
@click.option(
    "--schema",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_schema,
    help="Print the JSON schema of --format json and end.",
)
def review_command(
    preview: BinaryIO,
    form: str,
    fail_on: tuple[str, ...],
    exit_code: int | None,
    said: BinaryIO | None,
    project: str,
    stack: str,
    commit: str,
    run_url: str,
    max_length: int,
) -> None:
    """Say who gains or loses what when a preview is applied.

    PREVIEW is the output of `pulumi preview --json`, a file or `-` for standard input; with
    PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1 it has policy results and drift too. Needs neither
    network nor token.

    \b
    Exit codes
      0  the review is written
      1  the review is written, and says that the preview failed or was cut off
      2  wrong usage, or the input is no preview: nothing is written
      3  the review is written, and what --fail-on names was found
    """
    found = _preview(preview.read(), exit_code)
    found = replace(found, project=found.project or project, stack=found.stack or stack)
    errors = said.read().decode("utf-8", errors="replace") if said else ""
    result = review(found, exit_code, errors)
    if form == "json":
        written = as_json(result)
    elif form == "text":
        written = plain_text(result)
    else:
        written = comment(result, max_length, Origin(commit, run_url))
    click.echo(written.encode("utf-8", errors="replace"), nl=False)
    if result.status is Status.FAILED:
        sys.exit(Exit.FAILED)
    if result.findings.intersection(fail_on):
        sys.exit(Exit.FOUND)


def _preview(data: bytes, exit_code: int | None) -> Preview:
    """The preview; where its command failed before it printed one, that is all to be said."""
    try:
        return read(data)
    except InputError as error:
        if exit_code and not data.strip():
            return Preview(Source.NOTHING, failed=True, complete=False)
        click.echo(f"Error: {error}", err=True)
        sys.exit(Exit.INVALID)

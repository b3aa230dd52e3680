"""`metapixel review`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, BinaryIO

import click

from metapixel_cli.arguments import schema
from metapixel_cli.exits import Exit, fail, show
from metapixel_cli.review.evaluation.policy import without_effect_of
from metapixel_cli.review.evaluation.review import FindingKind, Review, Status, review
from metapixel_cli.review.reading.output import read
from metapixel_cli.review.reading.preview import InputError, Preview
from metapixel_cli.review.rendering.comment import GITHUB_LIMIT, comment
from metapixel_cli.review.rendering.json_document import Document, as_json
from metapixel_provider.connection.environment import ONLY_GRAPH_URL

#: The lowest --max-length. The first lines of a comment, which are never left out, fit into it.
_SHORTEST = 10_000


@click.command("review")
@click.argument("preview", type=click.File("rb"), default="-")
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "json"]),
    default="markdown",
    show_default=True,
    help="A comment for a pull request, or data for other tools.",
)
@click.option(
    "--fail-on",
    "fail_on",
    type=click.Choice([*(finding.value for finding in FindingKind), "nothing"]),
    multiple=True,
    default=["policy"],
    show_default=True,
    help="Exit with code 3 if the review has this finding. Can be given several times.",
)
@click.option(
    "--exit-code",
    type=click.IntRange(0, 255),
    help="Exit code of the preview. If it is not 0 and no policy blocked, the review states that "
    "the preview failed.",
)
@click.option(
    "--errors",
    "stderr",
    type=click.File("rb"),
    help="Standard error of the preview. The review quotes it if the preview failed.",
)
@click.option(
    "--policy-config",
    type=click.File("rb"),
    help="Policy configuration of the preview. The review states which rules had no effect.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Date that counts as today, as YYYY-MM-DD: an earlier `expires_on` has passed. Without "
    "it, this is the date of the preview in UTC.",
)
@click.option(
    "--graph-url",
    default="",
    envvar=ONLY_GRAPH_URL,
    help=f"Address to which calls may go besides Meta's, by default ${ONLY_GRAPH_URL}. A call to "
    "another address, or to one that is unknown before the update, is the finding `address`.",
)
@click.option("--project", default="", help="Name of the project, if the preview lacks it.")
@click.option("--stack", default="", help="Name of the stack, if the preview lacks it.")
@click.option("--commit", default="", help="Commit that was previewed. The comment shows it.")
@click.option(
    "--run-url", default="", help="Address of the CI run (https). The comment links to it."
)
@click.option(
    "--max-length",
    type=click.IntRange(_SHORTEST),
    default=GITHUB_LIMIT,
    show_default=True,
    help="Limit of the Markdown in characters. A longer review omits rows at its end, and states "
    "how many.",
)
@schema(Document, "metapixel review", "--format json")
def review_command(
    preview: BinaryIO,
    form: str,
    fail_on: tuple[str, ...],
    max_length: int,
    commit: str,
    run_url: str,
    **review_options: Any,
) -> None:
    """List the access that each agency gains or loses if a preview is applied.

    PREVIEW is a file with the output of `pulumi preview --json`, or `-` for standard input. Run the
    preview with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1. The command needs neither the network nor a
    token.

    \b
    Exit codes
      0  the command wrote the review
      1  the command wrote the review, which states that the preview failed or was cut off
      2  wrong usage, or a file does not have the required content; the command wrote no review
      3  the command wrote the review, which has a finding that --fail-on names
    """
    result = _review_of(preview.read(), review_options)
    if form == "json":
        show(as_json(result))
    else:
        show(comment(result, max_length, commit, run_url))
    if result.status is Status.FAILED:
        sys.exit(Exit.FAILED)
    if {*result.findings} & {*fail_on}:
        sys.exit(Exit.FOUND)


def _review_of(data: bytes, options: Mapping[str, Any]) -> Review:
    """Return the review. Exit if a file does not have the required content."""
    stderr, today, without_effect = "", None, frozenset[str]()
    # A command that fails before it begins prints nothing.
    has_not_begun = options["exit_code"] and not data.strip()
    try:
        found = Preview(failed=True) if has_not_begun else read(data)
        if options["policy_config"]:
            without_effect = without_effect_of(options["policy_config"].read())
    except InputError as error:
        fail(Exit.INVALID, f"Error: {error}")
    if options["stderr"]:
        stderr = options["stderr"].read().decode("utf-8", errors="replace")
    if options["today"]:
        today = options["today"].date()
    project, stack = found.project or options["project"], found.stack or options["stack"]
    return review(
        replace(found, project=project, stack=stack),
        exit_code=options["exit_code"],
        stderr=stderr,
        without_effect=without_effect,
        today=today,
        graph_url=options["graph_url"],
    )

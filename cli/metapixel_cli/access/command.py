"""`metapixel access`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from metapixel_cli import files
from metapixel_cli.access.judging.declarations import declared
from metapixel_cli.access.judging.findings import REQUEST_DAYS
from metapixel_cli.access.judging.judge import judge, without_finding
from metapixel_cli.access.judging.report import FindingName, Report
from metapixel_cli.access.reading.meta import read_businesses, read_clients_of
from metapixel_cli.access.reading.observed import Observed, StackRead
from metapixel_cli.access.reading.stacks import read_stack, read_state
from metapixel_cli.access.rendering.csv_table import as_csv
from metapixel_cli.access.rendering.html import page
from metapixel_cli.access.rendering.json_document import as_json, schema
from metapixel_cli.access.rendering.table import as_table
from metapixel_cli.arguments import (
    OptionsOnly,
    folder,
    graph_api,
    ids_of,
    meta_id,
    prints,
)
from metapixel_cli.console import for_terminal, status
from metapixel_cli.exits import Exit, fail
from metapixel_cli.secrets import without_secrets
from metapixel_cli.stacks import settings
from metapixel_cli.stacks.errors import StackError
from metapixel_provider.access_file.errors import AccessFileError
from metapixel_provider.access_file.model import Accepted, AccessFile
from metapixel_provider.access_file.reader import load, load_accepted
from metapixel_provider.errors import MetaPixelError

_FORMATS: Mapping[str, Callable[[Report], str]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
    "html": page,
}
#: The format of a file by its suffix.
_SUFFIXES = {
    ".txt": "table",
    ".csv": "csv",
    ".json": "json",
    ".html": "html",
}
#: The findings on which a pipeline acts. The other findings are for a person who reads the report.
_FAIL_ON = (
    FindingName.UNMANAGED,
    FindingName.DRIFTED,
    FindingName.DECLARED_TWICE,
    FindingName.OVERDUE,
    FindingName.OPEN_REQUEST,
    FindingName.ENDED_BY_OWNER,
    FindingName.WITHOUT_AD_ACCOUNT,
)


def _formats(
    ctx: click.Context, param: click.Parameter, paths: tuple[Path, ...]
) -> tuple[Path, ...]:
    """Return the paths. Raise BadParameter if the suffix of a path is unknown."""
    for path in paths:
        if path.suffix not in _SUFFIXES:
            known = ", ".join(_SUFFIXES)
            message = f"the suffix of '{path}' does not select a format; use one of {known}"
            raise click.BadParameter(message, ctx, param)
    return paths


@click.command("access", cls=OptionsOnly)
@ids_of(
    "--business",
    "businesses",
    "Id of a business that owns pixels. Repeatable. The default is the owner in the access "
    "file that --accepted names.",
)
@click.option(
    "--clients-of",
    "agency",
    type=meta_id,
    help="Id of an agency business. The report is then about the pixels that its clients share "
    "with it, and about the requests that it can answer.",
)
@ids_of(
    "--owner",
    "senders",
    "Id of a business that may have sent a request to the agency of --clients-of. Meta does not "
    "return the sender of a request. Repeatable.",
)
@ids_of(
    "--agency",
    "agencies",
    "Id of a business whose ad accounts and users are read although it may have no share. "
    "Repeatable.",
)
@click.option(
    "--credentials",
    multiple=True,
    help="Name of the credential set to use, instead of the default. Give it once for all "
    "businesses, or once for each --business in the same order.",
)
@click.option(
    "--stack",
    "stacks",
    multiple=True,
    help="Name of a stack that declares access. Pulumi exports its state. Repeatable.",
)
@click.option(
    "--state",
    "states",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="File with an exported stack that declares access. Repeatable.",
)
@folder("Folder of the Pulumi project of each --stack.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_FORMATS)),
    default="table",
    show_default=True,
    help="Format of the standard output.",
)
@click.option("--json", "as_document", is_flag=True, help="The same as --format json.")
@click.option(
    "--output",
    "outputs",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    callback=_formats,
    help="File that receives the report too. Its suffix selects the format: "
    f"{', '.join(_SUFFIXES)}. Repeatable.",
)
@click.option("--force", is_flag=True, help="Replace existing files.")
@click.option(
    "--fail-on",
    type=click.Choice([*(name.value for name in _FAIL_ON), "nothing"]),
    multiple=True,
    default=["nothing"],
    show_default=True,
    help="Exit with code 3 if the report has this finding and nobody accepted it. Repeatable.",
)
@click.option(
    "--request-days",
    type=click.IntRange(0),
    default=REQUEST_DAYS,
    show_default=True,
    help="A request that is open for more days is a finding.",
)
@click.option(
    "--accepted",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Access file with a section `accepted`, or a file with only this section. The section "
    "lists findings that are accepted until a date.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Date to use as the current date, as YYYY-MM-DD. The default is the date in UTC.",
)
@graph_api
@prints("--schema", schema, "Print the JSON schema of --format json and exit.")
def access_command(
    businesses: tuple[str, ...],
    agency: str | None,
    senders: tuple[str, ...],
    agencies: tuple[str, ...],
    credentials: tuple[str, ...],
    stacks: tuple[str, ...],
    states: tuple[Path, ...],
    cwd: Path,
    form: str,
    as_document: bool,
    outputs: tuple[Path, ...],
    force: bool,
    fail_on: tuple[str, ...],
    request_days: int,
    accepted: Path | None,
    today: datetime | None,
    graph_url: str | None,
    api_version: str | None,
) -> None:
    """List who has access to the pixels of businesses, or what the clients of an agency share.

    The command reads every share, ad account, assigned user and open request from Meta, and
    compares them with the access that stacks declare. It changes nothing. The token comes from the
    environment, for example from META_ACCESS_TOKEN.

    \b
    Exit codes
      0    everything was read
      1    the command failed and wrote nothing
      2    wrong usage, or a file does not have the required content; the command wrote nothing
      3    the report has an open finding that --fail-on names
      4    a part of the data was not read; the report lists this part
      130  the command was interrupted and wrote nothing
    """
    if agency and (businesses or agencies):
        raise click.UsageError(
            "--clients-of needs a report of its own, without --business and --agency, because the "
            "two kinds of reports have different findings"
        )
    if senders and not agency:
        raise click.UsageError("--owner needs --clients-of, because it names senders of requests")
    _checked(outputs, force)
    try:
        entries, file = _accepted(accepted)
        owners = (agency,) if agency else businesses
        owners = owners or ((file.owner_business_id,) if file else ())
        if not owners:
            raise click.UsageError(
                "Missing option '--business' or '--clients-of'. Without them, --accepted must name "
                "an access file."
            )
        sets = _credentials(credentials, len(owners))
        configuration = settings.configuration(stacks, cwd, graph_url, api_version)
        clients = settings.clients(configuration, sets)
        now = datetime.now(UTC)
        day = today.date() if today else now.date()
        read = [*(read_stack(name, cwd) for name in stacks), *map(read_state, states)]
        with status() as shown:

            def progress(business: str, answered: int, known: int) -> None:
                shown(f"Reading business {business}: {answered:,} of {known:,} calls")

            if agency:
                asking = {*senders, *_owners(read, agency)}
                estates = read_clients_of(agency, clients[0], asking, progress)
            else:
                also = {*agencies, *declared(read).businesses}
                estates = read_businesses(list(zip(owners, clients, strict=True)), also, progress)
        if all(each.estate.nothing_read for each in estates):
            fail(Exit.FAILED, f"Error: Nothing was read. {estates[0].estate.nothing_read}")
        observed = Observed(estates, tuple(read), configuration.graph_url)
        contacts = {each.business_id: each.contact for each in file.agencies} if file else {}
        report = judge(observed, now, day, request_days, entries, contacts)
        texts = {
            path: without_secrets(_FORMATS[_SUFFIXES[path.suffix]](report)) for path in outputs
        }
        form = "json" if as_document else form
        table = for_terminal(partial(as_table, report)) if form == "table" else None
        output = table or _FORMATS[form](report)
        files.write(texts, force)
    except KeyboardInterrupt:
        fail(Exit.INTERRUPTED, "Interrupted; nothing was written")
    except AccessFileError as error:
        fail(Exit.INVALID, f"Error: {error}")
    except (MetaPixelError, StackError, files.FilesError) as error:
        fail(Exit.FAILED, f"Error: {error}")
    _print(output)
    for path in texts:
        click.echo(f"Wrote {path}.", err=True)
    _report_unused(without_finding(entries, report.findings))
    found = Counter(each.name for each in report.open_findings if each.name in fail_on)
    if found:
        listed = ", ".join(f"{name} ({found[name]:,})" for name in FindingName if found[name])
        click.echo(f"Open findings that --fail-on names: {listed}.", err=True)
    if report.unread:
        sys.exit(Exit.INCOMPLETE)
    if found:
        sys.exit(Exit.FOUND)


def _checked(paths: Sequence[Path], force: bool) -> None:
    if len({path.resolve() for path in paths}) < len(paths):
        raise click.UsageError("--output names the same file twice; name each file once")
    try:
        files.check(paths, force)
    except files.FilesError as error:
        raise click.UsageError(str(error)) from None


def _credentials(given: Sequence[str], businesses: int) -> list[str | None]:
    """Return the name of the credential set of each business. None is the default set."""
    if len(given) == businesses:
        return list(given)
    if len(given) > 1:
        raise click.UsageError(
            f"--credentials is given {len(given)} times for {businesses} businesses; give it once, "
            f"or once for each --business"
        )
    return [given[0] if given else None] * businesses


def _accepted(path: Path | None) -> tuple[tuple[Accepted, ...], AccessFile | None]:
    """Return a file's accepted findings, and its declared access unless it has only findings."""
    if path is None:
        return (), None
    entries = load_accepted(path)
    try:
        return entries, load(path)
    except AccessFileError:
        # A file that contains only accepted findings is not an access file.
        return entries, None


def _report_unused(entries: Sequence[Accepted]) -> None:
    for entry in entries:
        ids = (entry.business_id, entry.pixel_id, entry.subject_id)
        click.echo(
            f"The accepted finding {' '.join((entry.finding, *filter(None, ids)))} matches no "
            f"finding of this report; correct or remove it",
            err=True,
        )


def _owners(stacks: Sequence[StackRead], agency: str) -> frozenset[str]:
    """Return the owners whose requests the standing responses of an agency accept."""
    accepted = {owner for owner, each in declared(stacks).standing if each == agency}
    return frozenset(accepted - {agency})


def _print(output: str) -> None:
    try:
        click.echo(output.encode("utf-8", errors="replace"), nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror
        # At its end, the interpreter would try to write the rest of the report, and fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        fail(Exit.FAILED, f"Error: The report cannot be written to standard output: {reason}")

"""`metapixel access`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any

import click

from metapixel_cli.access.evaluation.declarations import StackDeclarations, declarations_in
from metapixel_cli.access.evaluation.evaluate import evaluate
from metapixel_cli.access.evaluation.findings import REQUEST_DAYS
from metapixel_cli.access.evaluation.report import FindingName, Report
from metapixel_cli.access.reading import Sources, read_stack, read_state
from metapixel_cli.access.rendering.csv_table import as_csv
from metapixel_cli.access.rendering.html.document import page
from metapixel_cli.access.rendering.json_document import Document, as_json
from metapixel_cli.access.rendering.table import as_table
from metapixel_cli.arguments import (
    OptionsOnly,
    access_file,
    check_files,
    folder,
    graph_api,
    ids_of,
    meta_id,
    schema,
)
from metapixel_cli.console import status, terminal_output
from metapixel_cli.exits import Exit, deliver, fail
from metapixel_cli.stacks import settings
from metapixel_provider.access_file.model import AccessFile
from metapixel_provider.graph.client import Client
from metapixel_provider.sharing.estate.clients import read_clients
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.estate.observe import read_estate

_FORMATS: Mapping[str, Callable[[Report], str]] = {
    ".txt": as_table,
    ".csv": as_csv,
    ".json": as_json,
    ".html": page,
}


@dataclass(frozen=True)
class AccessOptions:
    businesses: tuple[str, ...]
    agency: str | None
    senders: tuple[str, ...]
    agencies: tuple[str, ...]
    credentials: tuple[str, ...]
    stacks: tuple[str, ...]
    states: tuple[Path, ...]
    cwd: tuple[Path, ...]
    as_document: bool
    outputs: tuple[Path, ...]
    force: bool
    fail_on: tuple[str, ...]
    request_days: int
    access_file: AccessFile
    today: datetime | None
    graph_url: str | None
    api_version: str | None

    def check(self) -> None:
        """Raise UsageError if options exclude each other, or if a file cannot be written."""
        if self.agency and (self.businesses or self.agencies):
            raise click.UsageError(
                "--clients-of needs a report of its own, without --business and --agency, because "
                "the two kinds of reports have different findings"
            )
        if self.senders and not self.agency:
            raise click.UsageError(
                "--owner needs --clients-of, because it names senders of requests"
            )
        if len(self.cwd) not in (1, len(self.stacks)):
            raise click.UsageError("Give --cwd once, or once for each --stack, in the same order.")
        for path in self.outputs:
            if path.suffix not in _FORMATS:
                raise click.UsageError(
                    f"The suffix of '{path}' does not select a format; use one of "
                    f"{', '.join(_FORMATS)}."
                )
        check_files(self.outputs, self.force)

    def sources(self) -> Sources:
        """Read stacks and businesses. Raises UsageError. Exits if nothing was read."""
        # The set None is the default one.
        readers, sets = self._readers(), self.credentials or [None]
        if len(sets) not in (1, len(readers)):
            raise click.UsageError(
                f"--credentials is given {len(sets)} times for {len(readers)} businesses; give it "
                f"once, or once for each --business"
            )
        configuration = settings.configuration(
            self.stacks, self.cwd, self.graph_url, self.api_version
        )
        clients = settings.clients(configuration, sets)
        stacks = list(map(read_stack, self.stacks, cycle(self.cwd)))
        stacks += map(read_state, self.states)
        declared = declarations_in(stacks)
        estates: list[Estate] = []
        with status() as progress:
            for business, client in zip(readers, cycle(clients), strict=False):
                progress(f"Reading business {business}")
                estates += self._estates(client, business, declared)
        if all(each.nothing_read for each in estates):
            fail(Exit.FAILED, f"Error: Nothing was read. {estates[0].nothing_read}")
        return Sources(tuple(estates), tuple(stacks), configuration.graph_url)

    def _readers(self) -> Sequence[str]:
        """Return the businesses that read, by default the owner in the access file."""
        if self.agency:
            return [self.agency]
        if self.businesses:
            return self.businesses
        if self.access_file.owner_business_id:
            return [self.access_file.owner_business_id]
        raise click.UsageError(
            "Missing option '--business' or '--clients-of'. Without them, --access-file must "
            "name an access file."
        )

    def _estates(
        self, client: Client, business: str, declared: StackDeclarations
    ) -> Sequence[Estate]:
        """Read the clients of an agency, or an owner with all agencies that are known so far."""
        if self.agency:
            # A standing response of the agency names an owner who may send it requests.
            answered = {owner for owner, agency in declared.standing if agency == self.agency}
            return read_clients(client, business, {*self.senders, *answered} - {self.agency})
        in_file = [each.business_id for each in self.access_file.agencies]
        # A killed run may have given a business access too.
        in_stacks = [key.business_id for key in (*declared.access, *declared.half_created)]
        agencies = sorted({*self.agencies, *filter(None, in_stacks), *in_file})
        return [read_estate(client, business, agencies, with_partners=True)]


@click.command("access", cls=OptionsOnly)
@ids_of(
    "--business",
    "businesses",
    "Id of a business that owns pixels. Repeatable. The default is the owner in the access "
    "file that --access-file names.",
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
@folder("Folder of the project, once or for each --stack.", repeatable=True)
@click.option("--json", "as_document", is_flag=True, help="Print JSON instead of a table.")
@click.option(
    "--output",
    "outputs",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    help="File that receives the report too. Its suffix selects the format: "
    f"{', '.join(_FORMATS)}. Repeatable.",
)
@click.option("--force", is_flag=True, help="Replace existing files.")
@click.option(
    "--fail-on",
    type=click.Choice([*(name.value for name in FindingName), "nothing"]),
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
@access_file(
    "Access file. Its agencies are read too, also former ones. Its section `accepted` lists "
    "findings that are accepted until a date; a file can consist of this section."
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Date to use as the current date, as YYYY-MM-DD. The default is the date in UTC.",
)
@graph_api
@schema(Document, "metapixel access", "--json")
def access_command(**given: Any) -> None:
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
    options = AccessOptions(**given)
    options.check()
    now = datetime.now(UTC)
    today = (options.today or now).date()
    report = evaluate(options.sources(), now, today, options.access_file, options.request_days)
    texts = {path: _FORMATS[path.suffix](report) for path in options.outputs}
    output = as_json(report) if options.as_document else terminal_output(partial(as_table, report))
    deliver(output, texts, options.force)
    found = Counter(each.name for each in report.open_findings if each.name in options.fail_on)
    if found:
        listed = ", ".join(f"{name} ({found[name]:,})" for name in FindingName if found[name])
        click.echo(f"Open findings that --fail-on names: {listed}.", err=True)
    if report.unread:
        sys.exit(Exit.INCOMPLETE)
    if found:
        sys.exit(Exit.FOUND)

"""`metapixel offboarding`."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from metapixel_cli.arguments import (
    OptionsOnly,
    access_file,
    check_files,
    folder,
    graph_api,
    meta_id,
    schema,
)
from metapixel_cli.console import status
from metapixel_cli.exits import Exit, deliver, show
from metapixel_cli.offboarding.evaluate import evaluate
from metapixel_cli.offboarding.reading import Sources, is_proof, read_declared, read_earlier
from metapixel_cli.offboarding.rendering import as_text
from metapixel_cli.offboarding.verdict import Outcome, Verdict
from metapixel_cli.schema import as_json
from metapixel_cli.stacks import settings
from metapixel_provider.access_file.model import AccessFile
from metapixel_provider.sharing.estate.offboarding import read_remains

_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")
#: The exit codes. The first outcome in this order decides.
_CODES = {
    Outcome.NOT_OUT: Exit.FOUND,
    Outcome.NOT_KNOWN: Exit.INCOMPLETE,
    Outcome.OUT: Exit.FINE,
}


@dataclass(frozen=True)
class Options:
    business: str | None
    agency: str | None
    access_file: AccessFile
    ended: bool
    domain: str
    stacks: tuple[str, ...]
    cwd: Path
    credentials: str | None
    before: Path | None
    profile: Path | None
    output: Path | None
    force: bool
    commit: str
    run_url: str
    graph_url: str | None
    api_version: str | None

    def check(self) -> None:
        """Raise UsageError if options exclude each other, or if one is missing."""
        if self.ended and (self.agency or self.domain):
            raise click.UsageError("--ended excludes --agency and --domain")
        has_file = self.access_file != AccessFile("")
        if not self.agency and not (self.ended and has_file):
            raise click.UsageError("Give --agency, or --ended and --access-file.")
        for option, path in {"--before": self.before, "--output": self.output}.items():
            if self.ended and path and not path.is_dir():
                raise click.UsageError(f"With --ended, {option} must name a folder that exists")
        if not self.owner:
            raise click.UsageError("Give --business, or an --access-file with an owner.")
        if self.agency == self.owner:
            raise click.UsageError("The agency and the owner are the same business")

    @property
    def owner(self) -> str:
        return self.business or self.access_file.owner_business_id

    def agencies(self, now: datetime) -> list[str]:
        """Return the agencies to evaluate: one, or those of the file whose access has all ended."""
        if self.agency:
            return [self.agency]
        found = []
        for each in self.access_file.agencies:
            if each.grants and all(grant.has_ended(now.date()) for grant in each.grants):
                found.append(each.business_id)
        return found

    def files(self, path: Path | None, agencies: list[str]) -> dict[str, Path]:
        """Return the file of each agency. With --ended, `path` is a folder."""
        if path is None:
            return {}
        if self.ended:
            return {each: path / f"{each}.json" for each in agencies}
        return dict.fromkeys(agencies, path)

    def verdicts(self, agencies: list[str], now: datetime) -> list[Verdict]:
        """Read Meta, the stacks and the files. Raise UsageError before any call to Meta."""
        configuration = settings.configuration(
            self.stacks, [self.cwd], self.graph_url, self.api_version
        )
        (client,) = settings.clients(configuration, [self.credentials])
        address = configuration.graph_url
        has_proof = self.profile is not None and is_proof(self.profile)
        earlier = {}
        for agency, path in self.files(self.before, agencies).items():
            if path.exists():
                earlier[agency] = read_earlier(path, self.owner, agency, address)
        declared = read_declared(self.stacks, self.cwd)
        labels = {each.business_id: each.label for each in self.access_file.agencies}
        of_stacks = [each.access.business_id for each in declared]
        known_businesses = {*labels, *filter(None, of_stacks)}
        with status(f"Reading business {self.owner}"):
            remains = read_remains(client, self.owner, agencies, known_businesses)
        sources = Sources(remains, declared, has_proof, labels, earlier)
        origin = {
            "as_of": now,
            "address": address,
            "api_version": configuration.api_version,
            "tool_version": version("pulumi-metapixel"),
            "commit": self.commit,
            "run_url": self.run_url,
        }
        return [evaluate(sources, each, self.domain, origin) for each in agencies]


def _domain(_: click.Context, __: click.Parameter, value: str | None) -> str:
    """Return a domain in lower case. Raise BadParameter."""
    if value is not None and not _DOMAIN.fullmatch(value):
        raise click.BadParameter("this is not a domain; write the part after the @ of an address")
    return (value or "").lower()


@click.command("offboarding", cls=OptionsOnly)
@click.option(
    "--business",
    type=meta_id,
    help="Id of the owner. The default is the owner in the access file.",
)
@click.option("--agency", type=meta_id, help="Id of the agency business that should be out.")
@access_file("Access file of the owner, whose agencies --ended checks.")
@click.option(
    "--ended",
    is_flag=True,
    help="Check each agency in the access file whose access has all ended. --before and --output "
    "then name folders with a file AGENCY.json for each.",
)
@click.option(
    "--domain",
    callback=_domain,
    help="Domain of the agency's email addresses, such as agency.example. People and invitations "
    "of the owner with such an address are access too.",
)
@click.option(
    "--stack",
    "stacks",
    multiple=True,
    help="Name of a stack that declares access. Repeatable.",
)
@folder("Folder of the project of the stacks.")
@click.option("--credentials", help="Name of the credential set to use, instead of the default.")
@click.option(
    "--before",
    type=click.Path(exists=True, path_type=Path),
    help="Earlier output. NOT OUT can prove that the token sees lists of other businesses.",
)
@click.option(
    "--profile",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Profile of `metapixel probe`, which can prove the same.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="File that receives the evidence as JSON."
)
@click.option("--force", is_flag=True, help="Replace an existing output.")
@click.option("--commit", default="", help="Commit of the run. The evidence contains it.")
@click.option("--run-url", default="", help="Address of the CI run. The evidence contains it.")
@graph_api
@schema(Verdict, "metapixel offboarding", "the output")
def offboarding_command(**given: Any) -> None:
    """Check whether an agency is out: whether it has no access to pixels and ad accounts left.

    The command reads every list that may contain access of the agency. It changes nothing. The
    token comes from the environment, for example from META_ACCESS_TOKEN.

    \b
    Exit codes
      0    every agency is OUT, or no agency in the file has ended
      1    the command failed and wrote nothing
      2    wrong usage, or a file does not have the required content; the command wrote nothing
      3    an agency is NOT OUT
      4    an agency is NOT KNOWN, and none is NOT OUT
      130  the command was interrupted and wrote nothing
    """
    options = Options(**given)
    options.check()
    now = datetime.now(UTC)
    agencies = options.agencies(now)
    if not agencies:
        show("No agency in the file has ended.\n")
        return
    outputs = options.files(options.output, agencies)
    check_files(outputs.values(), options.force)
    verdicts = dict(zip(agencies, options.verdicts(agencies, now), strict=True))
    texts = {path: as_json(verdicts[each]) for each, path in outputs.items()}
    deliver("\n".join(map(as_text, verdicts.values())), texts, options.force)
    outcomes = [each.verdict for each in verdicts.values()]
    for outcome, code in _CODES.items():
        if outcome in outcomes:
            sys.exit(code)

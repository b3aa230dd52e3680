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

from metapixel_cli import files
from metapixel_cli.arguments import (
    OptionsOnly,
    access_file,
    graph_api,
    meta_id,
    prints,
)
from metapixel_cli.console import status
from metapixel_cli.exits import Exit, fail, show
from metapixel_cli.offboarding.judging.judge import judge
from metapixel_cli.offboarding.judging.verdict import About, Outcome, Verdict
from metapixel_cli.offboarding.reading import (
    Before,
    InputFileError,
    Observed,
    read_before,
    read_declared,
    read_profile,
)
from metapixel_cli.offboarding.rendering import as_json, as_text, schema
from metapixel_cli.secrets import without_secrets
from metapixel_cli.stacks import settings
from metapixel_provider.access_file.model import AccessFile
from metapixel_provider.sharing.estate.offboarding import read_remains

_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}", re.IGNORECASE)
#: The outcomes of several agencies: the first one that occurs decides the exit code.
_CODES = {
    Outcome.NOT_OUT: Exit.FOUND,
    Outcome.NOT_KNOWN: Exit.INCOMPLETE,
    Outcome.OUT: Exit.FINE,
}


@dataclass(frozen=True)
class Options:
    """The options of the command."""

    business: str | None
    agency: str | None
    access_file: AccessFile
    ended: bool
    domain: str
    stacks: tuple[str, ...]
    before: Path | None
    profile: Path | None
    output: Path | None
    force: bool
    commit: str
    run_url: str
    graph_url: str | None
    api_version: str | None

    @property
    def owner(self) -> str:
        return self.business or self.access_file.owner_business_id

    def agencies(self, now: datetime) -> tuple[str, ...]:
        """Return the agencies to judge: one, or those of the file whose access has all ended."""
        today = now.date()
        return (
            tuple(
                each.business_id
                for each in self.access_file.agencies
                if each.grants and all(grant.has_ended(today) for grant in each.grants)
            )
            if self.ended
            else (self.agency or "",)
        )

    def file(self, path: Path, agency: str) -> Path:
        """Return the file of an agency. With --ended, `path` is a folder."""
        return path / f"{agency}.json" if self.ended else path

    def check(self) -> None:
        """Raise UsageError if options exclude each other, or if one is missing."""
        if self.ended and (self.agency or self.domain):
            raise click.UsageError("--ended excludes --agency and --domain")
        if not (self.ended or self.agency):
            raise click.UsageError("Missing option '--agency', or '--access-file' with '--ended'.")
        if self.ended and not self.access_file.agencies:
            raise click.UsageError("--ended needs an access file with agencies: add --access-file")
        if not self.owner:
            raise click.UsageError("Missing option '--business', or '--access-file' with an owner.")
        if self.agency == self.owner:
            raise click.UsageError("The agency and the owner are the same business")
        for option, path in {"--before": self.before, "--output": self.output}.items():
            if path and self.ended and not path.is_dir():
                raise click.UsageError(f"With --ended, {option} must name a folder that exists")

    def verdicts(self, agencies: tuple[str, ...], now: datetime) -> list[Verdict]:
        """Read Meta, the stacks and the files. Raise InputFileError before any call to Meta."""
        address, api_version = self.graph_url, self.api_version
        folders = [Path()] * max(len(self.stacks), 1)
        configuration = settings.configuration(self.stacks, folders, address, api_version)
        (client,) = settings.clients(configuration, [None])
        url, profile = configuration.graph_url, self.profile and read_profile(self.profile)
        before = {each: self._before(each, url) for each in agencies}
        declared = read_declared(self.stacks)
        labels = {each.business_id: each.label for each in self.access_file.agencies}
        also = {*labels, *(each.access.business_id or "" for each in declared)} - {""}
        with status(f"Reading business {self.owner}"):
            remains = read_remains(client, self.owner, agencies, also)
        observed = Observed(remains, url, configuration.api_version, declared, profile, labels)
        tool = version("pulumi-metapixel")
        about = About(now, tool, self.domain, self.commit, self.run_url)
        return [judge(observed, each, before[each], about) for each in agencies]

    def _before(self, agency: str, address: str) -> Before | None:
        """Return the earlier verdict on an agency. With --ended, its file may not exist."""
        path = self.before and self.file(self.before, agency)
        if path is None or (self.ended and not path.exists()):
            return None
        return read_before(path, self.owner, agency, address)


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
@click.option(
    "--before",
    type=click.Path(exists=True, path_type=Path),
    help="Earlier output. NOT OUT then proves that the token sees lists of other businesses.",
)
@click.option(
    "--profile",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Profile of `metapixel probe`, which proves the same.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="File that receives the evidence as JSON."
)
@click.option("--force", is_flag=True, help="Replace an existing output.")
@click.option("--commit", default="", help="Commit of the run. The evidence contains it.")
@click.option("--run-url", default="", help="Address of the CI run. The evidence contains it.")
@graph_api
@prints("--schema", schema, "Print the JSON schema of the output and exit.")
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
    outputs = {each: options.file(options.output, each) for each in agencies if options.output}
    try:
        files.check(outputs.values(), options.force)
        verdicts = options.verdicts(agencies, now)
    except (InputFileError, files.FilesError) as error:
        fail(Exit.INVALID, f"Error: {error}")
    texts = {outputs[it.agency.id]: without_secrets(as_json(it)) for it in verdicts if outputs}
    files.write(texts, options.force)
    show("\n".join(map(as_text, verdicts)))
    if options.output:
        click.echo(f"Wrote {options.output}.", err=True)
    found = {each.verdict for each in verdicts}
    sys.exit(next(code for outcome, code in _CODES.items() if outcome in found))

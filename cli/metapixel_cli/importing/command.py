"""`metapixel import`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from metapixel_cli.arguments import OptionsOnly, folder, graph_api, ids_of, meta_id
from metapixel_cli.console import status
from metapixel_cli.exits import Exit, fail, show, termination_as_interrupt
from metapixel_cli.importing.access_file import draft_access_file
from metapixel_cli.importing.import_file import draft_import_file
from metapixel_cli.importing.program import draft_module
from metapixel_cli.importing.report import as_json, plain_text
from metapixel_cli.importing.run import Import, ImportResult
from metapixel_cli.importing.selection import Filter, select
from metapixel_cli.importing.targets import Drafting
from metapixel_cli.stacks import pulumi, settings
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import StackState, read_export
from metapixel_provider.errors import MetaPixelError
from metapixel_provider.graph.client import Client
from metapixel_provider.sharing.estate.clients import read_clients
from metapixel_provider.sharing.estate.estate import Estate
from metapixel_provider.sharing.estate.observe import read_estate


@click.command("import", cls=OptionsOnly)
@click.option("--business", type=meta_id, help="Id of the business that owns the pixels.")
@click.option(
    "--clients-of",
    type=meta_id,
    help="Id of an agency business, instead of --business. Its ad account permissions on the "
    "pixels of its clients are imported, into a program.",
)
@click.option("--stack", required=True, help="Name of the stack that takes over the access.")
@click.option(
    "--to",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that gets the declarations: a Python module (.py), an access file (.yaml), or, for "
    "programs in other languages, a file for Pulumi's bulk import (.json). Without it, only access "
    "that the program already declares is imported.",
)
@click.option("--provider", help="With --to FILE.json: name of the resources' explicit provider.")
@ids_of("--pixel", "pixels", "Import only this pixel. Repeatable.")
@ids_of("--agency", "agencies", "Import only this business. Repeatable.")
@click.option("--without-ad-accounts", is_flag=True, help="Import shares, but no ad accounts.")
@click.option(
    "--skip-stack",
    "other_stacks",
    multiple=True,
    help="Leave out access that this other stack manages. Repeatable.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing, and print the result.")
@click.option("--json", "as_document", is_flag=True, help="Print the result as JSON.")
@folder("Folder of the Pulumi project.")
@click.option("--credentials", help="Name of the credential set to use, instead of the default.")
@graph_api
def import_command(**options: object) -> None:
    """Record existing access to pixels in a stack, without a write to Meta.

    The command reads all shares and ad account permissions of a business, or the permissions of an
    agency. It writes declarations of them to the file --to, and records them in the state of the
    stack. Then it runs a preview to prove that the next `pulumi up` changes nothing at Meta. If
    anything fails, the command restores the file and the state.

    The token comes from the environment, for example from META_ACCESS_TOKEN.

    \b
    Exit codes
      0    everything selected was imported, or a stack already manages it
      1    the command failed; the file and the state are restored, unless the
           output reports otherwise
      2    wrong usage
      4    part of the access was not read or not imported; the output lists it
      130  the command was interrupted; the file and the state are restored,
           unless the output reports otherwise
    """
    chosen = ImportOptions(**options)  # type: ignore[arg-type]
    draft = chosen.check()
    undone: list[str] = []
    try:
        with termination_as_interrupt(), status() as progress:
            found = chosen.run(draft, progress, undone)
    except KeyboardInterrupt:
        fail(Exit.INTERRUPTED, "Interrupted.", *(undone or ["Nothing was written."]))
    except MetaPixelError as error:
        fail(Exit.FAILED, f"Error: {error}", *undone)
    render = as_json if chosen.as_document else plain_text
    show(render(found))
    if not found.is_complete:
        sys.exit(Exit.INCOMPLETE)


@dataclass(frozen=True)
class ImportOptions:
    """The options of the command. `business` or `clients_of` is the business that reads."""

    business: str | None
    clients_of: str | None
    stack: str
    file: Path | None
    provider: str | None
    pixels: tuple[str, ...]
    agencies: tuple[str, ...]
    without_ad_accounts: bool
    other_stacks: tuple[str, ...]
    dry_run: bool
    as_document: bool
    cwd: Path
    credentials: str | None
    graph_url: str | None
    api_version: str | None

    def check(self) -> Drafting | None:
        """Return how to make the content of the file. Raise UsageError for a wrong use."""
        suffix = self.file and self.file.suffix
        if (self.business is None) is (self.clients_of is None):
            raise click.UsageError("Give one of the options --business and --clients-of.")
        is_for_owner = self.agencies or suffix not in (None, ".py", ".json")
        if self.clients_of and is_for_owner:
            raise click.UsageError(
                "With --clients-of, --agency has no effect, and --to needs a Python module such as "
                "clients.py or a file such as clients.json, because an access file declares the "
                "shares of an owner."
            )
        if self.provider and suffix != ".json":
            raise click.UsageError("--provider needs --to with a file such as import.json.")
        return self._drafting(self.file) if self.file else None

    def _drafting(self, file: Path) -> Drafting:
        if not file.parent.is_dir():
            raise click.UsageError(f"The folder {file.parent} does not exist.")
        if file.suffix == ".py" and file.stem.isidentifier():
            return partial(draft_module, file, self.credentials)
        if file.suffix in (".yaml", ".yml"):
            owner, today = self.business or "", datetime.now(UTC).date()
            draft = partial(draft_access_file, file, owner, self.cwd, today, self.credentials)
            # The names of its resources do not depend on other resources.
            return lambda selection, urns: draft(selection)
        if file.suffix == ".json":
            return partial(draft_import_file, file, self.stack, self.cwd, self.provider)
        raise click.UsageError(
            "--to needs the name of a Python module, such as access.py, of an access file, such as "
            "access.yaml, or of a file for Pulumi's bulk import, such as import.json."
        )

    def run(
        self, draft: Drafting | None, progress: Callable[[str], None], undone: list[str]
    ) -> ImportResult:
        """Import the selected access. After an error, `undone` tells which steps were undone."""
        configuration = settings.configuration(
            [self.stack], [self.cwd], self.graph_url, self.api_version
        )
        (client,) = settings.clients(configuration, [self.credentials])
        before = pulumi.export(self.stack, self.cwd)
        state = read_export(before, self.stack)
        _check_pending(self.stack, state.pending)
        managed = _managed(state, self.other_stacks, self.cwd)
        progress(f"Reading the access of business {self.clients_of or self.business}")
        estates = self._estates(client)
        if all(each.nothing_read for each in estates):
            raise StackError(f"Nothing was read. {estates[0].nothing_read}")
        chosen = Filter(self.pixels, self.agencies, not self.without_ad_accounts)
        selection = select(estates, chosen, managed)
        importing = Import(self.stack, self.cwd, self.file, draft, progress, undone, self.dry_run)
        return importing.run(selection, before)

    def _estates(self, client: Client) -> Sequence[Estate]:
        if self.clients_of:
            return read_clients(client, self.clients_of)
        return [read_estate(client, self.business or "", self.agencies)]


def _check_pending(stack: str, pending: Sequence[str]) -> None:
    """Raise StackError if the state has pending operations, which an import would remove.

    A pending operation can be the only trace of access that a killed command created.
    """
    if pending:
        raise StackError(
            f"A killed command did not complete {len(pending)} of its operations on stack {stack}: "
            f"{', '.join(pending)}; an import would remove these records from the state, so first "
            f"run `pulumi up` with the same program (where it sets on_existing to 'fail', with "
            f"'adopt' for this run), and then `pulumi refresh --clear-pending-creates`"
        )


def _managed(state: StackState, other_stacks: tuple[str, ...], cwd: Path) -> set[str]:
    """Return the ids of all resources that the stacks manage, or create after a killed command.

    Raises StackError for a resource that this version cannot evaluate, because its access could be
    imported again.
    """
    states = [state, *(read_export(pulumi.export(other, cwd), other) for other in other_stacks)]
    ids: set[str] = set()
    for each in states:
        if each.reason:
            raise StackError(
                f"Before the import, correct stack {each.name}, or update pulumi-metapixel: "
                f"{each.reason}"
            )
        for found in (*each.resources, *each.half_created):
            ids.add("/".join(found.key))
    return ids

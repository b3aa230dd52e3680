"""`make live`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from enum import IntEnum
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import click
from rich.console import Console

from metapixel_cli import files
from metapixel_cli.interrupts import termination_as_interrupt
from metapixel_cli.probe.errors import NotRestoredError, RefusedError
from metapixel_cli.probe.journal import Journal
from metapixel_cli.probe.lock import held
from metapixel_provider.errors import MetaPixelError
from metapixel_provider.graph.credentials import DEFAULT_GRAPH_URL
from metapixel_simulator import Simulator
from metapixel_simulator.profile import ProfileError
from tests.live import settings
from tests.live.acts import ACTS, Act
from tests.live.ledger import JOURNALS
from tests.live.report import Report, compare
from tests.live.run import play
from tests.live.settings import Assets, Settings
from tests.live.side import Side
from tests.live.world import configuration, world
from tools.engine import EngineError, bin_directory


class Exit(IntEnum):
    """The exit codes of the suite. click also uses 2, for wrong usage."""

    FAILED = 1
    DIFFERS = 3
    NOT_RESTORED = 4
    INTERRUPTED = 130


@click.command("live")
@click.argument("acts", nargs=-1, type=click.Choice([act.name for act in ACTS]))
def live(acts: tuple[str, ...]) -> None:
    """Play the acts at the simulator and at Meta, and report the differences.

    \b
    Exit codes
      0    no answer differs
      1    the suite failed or refused a pixel, or variables are missing
      2    wrong usage
      3    an answer differs, or an act failed on both sides
      4    the restoration is not confirmed: run the suite again
      130  the suite was interrupted, and everything was restored
    """
    if names := settings.missing(os.environ):
        _fail(Exit.FAILED, settings.explained(names))
    chosen = [act for act in ACTS if not acts or act.name in acts]
    try:
        given = settings.read(os.environ)
        with termination_as_interrupt(), _alone(given):
            found = _run(given, chosen)
    except KeyboardInterrupt:
        if list(given.folder.glob(JOURNALS)):
            _not_restored("the suite was interrupted")
        _fail(
            Exit.INTERRUPTED,
            "Interrupted; no access of the suite remains, and no report was written",
        )
    except NotRestoredError as error:
        _not_restored(str(error))
    except (MetaPixelError, RefusedError, ProfileError, EngineError, files.FilesError) as error:
        _fail(Exit.FAILED, f"Error: {error}")
    if found.differs:
        sys.exit(Exit.DIFFERS)


def _alone(given: Settings) -> AbstractContextManager[None]:
    """Hold the lock of the folder. Raise RefusedError if another run holds it."""
    given.folder.mkdir(parents=True, exist_ok=True)
    return held(
        given.folder / "lock",
        f"Another run of the suite uses the folder {given.folder}; wait until it has ended",
        "name another folder with METAPIXEL_LIVE_FOLDER",
    )


def _run(given: Settings, acts: list[Act]) -> Report:
    tell = partial(click.echo, err=True)
    meta = Side(given.configuration, given.assets, given.folder, given.pause)
    if left := meta.leftovers():
        click.echo("\n".join(_restoration(left)))
        click.confirm("Begin?", abort=True)
        meta.restore(left)
    assets = meta.check()
    simulated = world(assets, given.profile)
    click.echo("\n".join(_plan(given, assets)))
    click.confirm("Begin?", abort=True)
    if any(act.engine for act in acts):
        os.environ["PATH"] = f"{bin_directory()}{os.pathsep}{os.environ['PATH']}"
    with TemporaryDirectory(ignore_cleanup_errors=True) as name, Simulator(simulated) as sim:
        folder = Path(name)
        tell("At the simulator:")
        simulator = Side(configuration(sim, given.configuration), assets, folder)
        try:
            expected = play(simulator, acts, folder / "simulator", tell)
        except NotRestoredError as error:
            raise RefusedError(
                f"The simulator still has access after the acts ({error}), so nothing was sent to "
                f"Meta"
            ) from None
        tell("At Meta:")
        seen = play(meta, acts, folder / "meta", tell)
    is_meta = given.configuration.graph_url == DEFAULT_GRAPH_URL
    today = datetime.now(UTC).date()
    version = given.configuration.api_version
    report = Report(today, version, is_meta, compare(expected, seen))
    markdown, as_json = given.folder / "report.md", given.folder / "report.json"
    files.write({markdown: report.as_markdown(), as_json: report.as_json()}, force=True)
    Console().print(report.as_table())
    click.echo(f"Wrote {markdown} and {as_json}.")
    return report


def _restoration(journals: list[Journal]) -> Iterator[str]:
    """Yield the lines about the restoration after an incomplete run."""
    yield "An earlier run is incomplete. Its access is removed first:"
    for each in journals:
        target = each.target
        yield f"  - pixel {target.pixel} of business {target.owner}, business {target.agency}"
    yield "Every open sharing request between these businesses is declined."


def _plan(given: Settings, assets: Assets) -> Iterator[str]:
    """Yield the lines about the writes of the suite, and about those that it cannot undo."""
    pixels = " and ".join(assets.pixels)
    yield f"The suite works on the pixels {pixels} of business {assets.owner}"
    yield f"at {given.configuration.graph_url}."
    yield f"It shares them with businesses {assets.agency} and {assets.partner}, and it permits"
    yield f"ad account {assets.ad_account}. At the end, it removes every share and permission."
    if not assets.related:
        yield f"It opens sharing requests to business {assets.agency}, and answers them."
    yield "It cannot undo this:"
    yield "  - If Meta ends a relationship together with the last share, the relationships of these"
    yield "    businesses with the owner end."
    yield "  - A write that waits for another admin of a business can be approved after the end."
    if not assets.related:
        yield "  - The ended requests stay listed at both businesses."
        yield "  - An approval leaves a relationship, so later shares are active at once, and a"
        yield "    later run cannot play the acts about requests with this agency."
    yield "Until the end, do not share any pixel of the owner with these businesses."


def _not_restored(why: str) -> NoReturn:
    _fail(
        Exit.NOT_RESTORED,
        f"Error: It is not confirmed that everything is restored ({why}); run the suite again with "
        f"the same variables, and it begins with the restoration",
    )


def _fail(code: Exit, message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)

"""A simulator in the place of Meta, and the suite that runs against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from click.testing import CliRunner, Result

from metapixel_simulator import AdAccount, Business, Pixel, Simulator, World
from metapixel_simulator.request_log import Entry
from tests.live.command import live
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXEL_3

#: A second spare pixel, which the example world does not have.
PIXEL_4 = "1290034567800004"
#: A business without a relationship to the owner, and an ad account of it.
STRANGER, STRANGER_ACCOUNT = "4004567890000444", "707700000000441"
#: Acts without an engine. The last two open sharing requests.
QUICK = ("nodes", "agency", "request", "sibling-node")


def spare_world() -> World:
    """Return the example world with a second spare pixel."""
    made = World.example()
    made.add(
        Pixel(PIXEL_4, "Acme spare", OWNER),
        Business(STRANGER, "Stranger"),
        AdAccount(STRANGER_ACCOUNT, "Stranger ads", STRANGER),
    )
    return made


@contextmanager
def in_place_of_meta() -> Iterator[Simulator]:
    """Serve the world with spare pixels."""
    with Simulator(spare_world()) as simulator:
        yield simulator


def variables(sim: Simulator, folder: Path, **others: str) -> dict[str, str]:
    """Return the variables of a run. `others` are variables without their prefix."""
    named = {
        "PIXEL": PIXEL_3,
        "PIXEL_2": PIXEL_4,
        "AGENCY": HARBOUR,
        "AD_ACCOUNT": f"act_{HARBOUR_ACCOUNT}",
        "PARTNER": NORTHLIGHT,
        "GRAPH_URL": sim.url,
        "PAUSE": "0",
        "FOLDER": str(folder),
        **others,
    }
    return {
        "META_ACCESS_TOKEN": "owner-token",
        "META_ACCESS_TOKEN_AGENCY": "harbour-token",
        **{f"METAPIXEL_LIVE_{name}": value for name, value in named.items()},
    }


@dataclass(frozen=True)
class Live:
    """The suite in a folder, against a simulator."""

    sim: Simulator
    folder: Path

    def run(
        self,
        *acts: str,
        given: str = "y\n",
        environment: Mapping[str, str] | None = None,
        **others: str,
    ) -> Result:
        """Run some acts, or the quick ones. `others` are variables without their prefix."""
        found = variables(self.sim, self.folder, **others) | dict(environment or {})
        return CliRunner(env=found).invoke(live, list(acts or QUICK), input=given)

    @property
    def rows(self) -> list[dict[str, object]]:
        """The rows of the report."""
        rows: list[dict[str, object]] = yaml.safe_load((self.folder / "report.json").read_text())[
            "rows"
        ]
        return rows

    def verdicts(self, verdict: str) -> set[tuple[object, object]]:
        """Return the act and the subject of each row with a verdict."""
        return {(row["act"], row["subject"]) for row in self.rows if row["verdict"] == verdict}

    @property
    def completed(self) -> set[object]:
        """The acts that were completed on both sides."""
        return {
            row["act"]
            for row in self.rows
            if row["subject"] == "the act" and row["simulator"] == row["meta"] == ["completed"]
        }

    @property
    def is_restored(self) -> bool:
        """True if no access, no open request and no journal is left."""
        left = [*self.sim.shares(), *self.sim.permissions(), *self.sim.open_requests()]
        return not left and not list(self.folder.glob("*.journal"))


def is_write(entry: Entry) -> bool:
    """Return whether a call is a write. A batch has an entry of its own for each call."""
    return entry.method in ("POST", "DELETE") and entry.endpoint != "POST batch"

"""The scenarios whose calls are recorded: every path that the engine takes to the provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from metapixel_simulator import Simulator
from tests.histories.history import Command, Killed
from tests.histories.resources import (
    Output,
    Resource,
    Resources,
    permission,
    share,
    standing_response,
)
from tests.support.example import HARBOUR, HARBOUR_ACCOUNT, NORTHLIGHT, OWNER, PIXELS

P1, P2, P3 = PIXELS
ByHand = Callable[[Simulator], object]


@dataclass(frozen=True)
class Step:
    """One command. `by_hand` happens at Meta before it, `configure` in the stack."""

    program: Resources
    command: Command
    by_hand: ByHand | None = None
    fails: bool = False
    configure: tuple[str, str] | None = None


Scenario = tuple[Step, ...]


def _step(
    declared: Resources,
    verb: str,
    by_hand: ByHand | None = None,
    *,
    fails: bool = False,
    configure: tuple[str, str] | None = None,
    killed: str = "",
    killed_at: int = 1,
    checkpoints: bool = True,
    target: Resource | None = None,
    replace: Resource | None = None,
    with_preview: bool = False,
    **flags: bool,
) -> Step:
    """A step; `killed` is an endpoint: the command is killed after the effect of such a call."""
    command = Command(
        verb,
        tuple(f"--{flag.replace('_', '-')}" for flag in flags),
        targets=(target.urn,) if target else (),
        replaces=(replace.urn,) if replace else (),
        with_preview=with_preview,
        skip_checkpoints=not checkpoints,
        killed=Killed(killed_at, "after", "command", killed) if killed else None,
    )
    return Step(declared, command, by_hand, fails or bool(killed), configure)


def program(*resources: Resource) -> Resources:
    """A program of these resources."""
    return resources


ONE, TWO = share("one", P1, NORTHLIGHT), share("two", P1, NORTHLIGHT)
WIDER = share("one", P1, NORTHLIGHT, "ANALYZE", "UPLOAD")
MOVED = share("one", P3, NORTHLIGHT)
ONE_FIRST = share("one", P1, NORTHLIGHT, delete_first=True)
MOVED_FIRST = share("one", P3, NORTHLIGHT, delete_first=True)
OTHER = share("other", P2, NORTHLIGHT)
BAD = share("bad", P2, "9999999999")
WRONG = share("wrong", P3, "no digits", after=("two", "other"))
NONE = program()

WAITING = share("waiting", P1, HARBOUR)
ANSWER = standing_response(
    "answer", OWNER, HARBOUR, reason=Output("waiting", "status"), credentials="harbour"
)
ACCOUNT = permission("account", P1, HARBOUR, HARBOUR_ACCOUNT, "answer", credentials="harbour")
CHAIN = program(WAITING, ANSWER, ACCOUNT)


INSIDE = share("one-x", P1, NORTHLIGHT, in_component=True)
ALIASED = share("two-x", P1, NORTHLIGHT, in_component=True, alias="one-x")


def _two(first: Resource) -> Resources:
    """A share, and another one that depends on it."""
    return first, share("other", P2, NORTHLIGHT, after=(first.name,))


def _drift(sim: Simulator) -> None:
    sim.share(P1, NORTHLIGHT, ["ADVERTISE", "ANALYZE"])


def _gone(sim: Simulator) -> None:
    sim.unshare(P1, NORTHLIGHT)


def _gone_too(sim: Simulator) -> None:
    sim.unshare(P3, NORTHLIGHT)


def _fault(endpoint: str, **options: object) -> ByHand:
    """Let Meta refuse calls of an endpoint."""
    return lambda sim: sim.fault(endpoint, kind="graph_error", code=200, **options)  # type: ignore[arg-type]


def _drift_and_fault(sim: Simulator) -> None:
    _drift(sim)
    sim.fault("GET request", kind="graph_error", code=190, times=-1)


def _well(sim: Simulator) -> None:
    sim.clear_faults()


SCENARIOS: Mapping[str, Scenario] = {
    "edit": (
        _step(program(ONE), "up"),
        _step(program(ONE), "up"),
        _step(program(WIDER), "up"),
        _step(program(ONE), "up", with_preview=True),
        _step(program(WIDER), "preview"),
        _step(program(ONE), "preview", refresh=True),
        _step(program(ONE), "up", refresh=True),
        _step(program(ONE), "up", refresh=True, with_preview=True),
        _step(program(WIDER), "up", refresh=True),
        _step(program(ONE, OTHER), "up"),
        _step(program(ONE, OTHER), "up", refresh=True),
        _step(program(WIDER, OTHER), "up"),
    ),
    "drift": (
        _step(program(ONE, OTHER), "up"),
        _step(program(ONE, OTHER), "refresh"),
        _step(program(ONE, OTHER), "refresh", _drift),
        _step(program(ONE, OTHER), "up"),
        _step(program(ONE, OTHER), "preview", _drift, refresh=True),
        _step(program(ONE, OTHER), "up", refresh=True),
        _step(program(ONE, OTHER), "refresh", _gone),
        _step(program(ONE, OTHER), "up"),
        _step(program(ONE, OTHER), "up", _gone, refresh=True),
        _step(program(ONE), "refresh", _drift, run_program=True),
        _step(program(ONE), "up", _gone),
    ),
    "remove": (
        _step(program(ONE), "up"),
        _step(NONE, "up"),
        _step(program(ONE), "up"),
        _step(NONE, "up", refresh=True),
        _step(program(ONE), "up"),
        _step(NONE, "preview", refresh=True),
        _step(NONE, "preview"),
        _step(NONE, "refresh"),
        _step(NONE, "refresh", run_program=True),
        _step(NONE, "up", _gone, refresh=True),
        _step(program(ONE, OTHER), "up"),
        _step(program(OTHER), "up", _gone),
        _step(program(ONE, OTHER), "up"),
        _step(program(OTHER), "up", with_preview=True, refresh=True),
    ),
    "rename": (
        _step(program(ONE), "up"),
        _step(program(TWO), "up"),
        _step(program(ONE), "up", refresh=True),
        _step(program(TWO), "refresh", run_program=True),
        _step(program(TWO), "preview"),
        _step(program(TWO), "up", target=TWO),
        _step(program(TWO), "up"),
        _step(program(ONE), "up", target=TWO),
        _step(program(ONE), "up"),
        _step(program(TWO), "up", refresh=True, with_preview=True),
        _step(program(ONE), "up", _gone, refresh=True),
        _step(program(TWO), "destroy", run_program=True),
        _step(program(ONE), "up", refresh=True, run_program=True),
        _step(program(TWO), "up", refresh=True, run_program=True),
        _step(program(TWO), "up", _drift, refresh=True, run_program=True),
        _step(program(TWO), "up", _gone, refresh=True, run_program=True),
        _step(NONE, "up", refresh=True, run_program=True),
    ),
    "component and alias": (
        _step(_two(share("one-x", P1, NORTHLIGHT)), "up"),
        _step(_two(INSIDE), "up"),
        _step(_two(ALIASED), "up", refresh=True),
        _step(_two(share("two-x", P1, NORTHLIGHT, alias="one-x")), "up"),
        _step(_two(share("three-x", P1, NORTHLIGHT, alias="two-x")), "up"),
        _step(
            _two(share("four-x", P1, NORTHLIGHT, "ANALYZE", "UPLOAD", alias="three-x")),
            "up",
            target=share("four-x", P1, NORTHLIGHT),
            target_dependents=True,
        ),
        _step(
            _two(share("five-x", P1, NORTHLIGHT, "ANALYZE", "UPLOAD", alias="four-x")),
            "up",
            target=OTHER,
        ),
        _step(
            _two(share("five-x", P1, NORTHLIGHT, alias="four-x")),
            "destroy",
            target=share("four-x", P1, NORTHLIGHT),
            target_dependents=True,
        ),
    ),
    "target": (
        _step(program(ONE, OTHER), "up"),
        _step(program(WIDER, OTHER), "up", target=OTHER),
        _step(program(WIDER, OTHER), "up", target=ONE),
        _step(program(OTHER), "up", target=OTHER),
        _step(program(OTHER), "up", target=ONE),
        _step(program(ONE, OTHER), "up", target=ONE, refresh=True, fails=True),
        _step(program(ONE, OTHER), "up"),
        _step(program(ONE, OTHER), "up", _drift, target=ONE, refresh=True),
        _step(program(ONE, OTHER), "refresh", target=ONE),
        _step(program(ONE, OTHER), "destroy", target=ONE),
        _step(program(ONE, OTHER), "up"),
        _step(program(ONE, OTHER), "destroy", target=ONE, refresh=True),
        _step(program(ONE, OTHER), "up"),
        _step(program(ONE, OTHER), "destroy", target=ONE, refresh=True, run_program=True),
        _step(program(ONE, OTHER), "destroy", target=OTHER, refresh=True),
    ),
    "destroy": (
        _step(program(ONE, OTHER), "up"),
        _step(program(ONE, OTHER), "destroy"),
        _step(program(ONE, OTHER), "up"),
        _step(program(ONE, OTHER), "destroy", refresh=True),
        _step(program(ONE, OTHER), "up"),
        _step(program(ONE, OTHER), "destroy", run_program=True),
        _step(program(ONE, OTHER), "up"),
        _step(program(ONE, OTHER), "destroy", refresh=True, run_program=True),
        _step(program(ONE, OTHER), "up"),
        _step(program(TWO), "destroy", run_program=True),
        _step(program(ONE), "up"),
        _step(program(TWO), "destroy", refresh=True, run_program=True),
        _step(program(ONE), "up"),
        _step(program(ONE), "destroy", _gone, refresh=True),
        _step(program(ONE), "up"),
        _step(program(ONE), "destroy", with_preview=True),
    ),
    "chain": (
        _step(CHAIN, "preview"),
        _step(CHAIN, "up"),
        _step(CHAIN, "up", refresh=True),
        _step(CHAIN, "up"),
        _step(CHAIN, "refresh", run_program=True),
        _step(CHAIN, "up", replace=WAITING),
        _step(CHAIN, "destroy"),
        _step(program(WAITING), "up"),
        _step(CHAIN, "up"),
        _step(program(WAITING), "up", refresh=True),
        _step(CHAIN, "up"),
        _step(CHAIN, "destroy", refresh=True, run_program=True),
    ),
    "replace": (
        _step(program(ONE), "up"),
        _step(program(ONE), "up", replace=ONE),
        _step(program(ONE), "up", replace=ONE, refresh=True),
        _step(program(MOVED), "up"),
        _step(program(ONE), "up", refresh=True, with_preview=True),
        _step(program(ONE_FIRST), "up"),
        _step(program(ONE_FIRST), "up", replace=ONE),
        _step(program(MOVED_FIRST), "up"),
        _step(program(ONE_FIRST), "up", refresh=True, with_preview=True),
        _step(program(MOVED), "preview", replace=ONE),
        _step(NONE, "up", replace=ONE),
    ),
    "swap": (
        _step(program(ONE, OTHER), "up"),
        _step(program(share("one", P2, NORTHLIGHT), share("other", P1, NORTHLIGHT)), "up"),
        _step(program(ONE, OTHER), "up", refresh=True),
        _step(
            program(
                share("one", P2, NORTHLIGHT, delete_first=True),
                share("other", P1, NORTHLIGHT, delete_first=True, after=("one",)),
            ),
            "up",
        ),
        _step(
            program(
                share("one", P1, NORTHLIGHT, delete_first=True),
                share("other", P2, NORTHLIGHT, delete_first=True, after=("one",)),
            ),
            "up",
            refresh=True,
        ),
        _step(program(share("one", P1, NORTHLIGHT), share("other", P3, NORTHLIGHT)), "up"),
        _step(program(share("one", P3, NORTHLIGHT), share("two", P1, NORTHLIGHT)), "up"),
    ),
    "replace a chain": (
        _step(CHAIN, "up"),
        _step(
            program(
                share("waiting", P2, HARBOUR),
                ANSWER,
                permission(
                    "account", P2, HARBOUR, HARBOUR_ACCOUNT, "answer", credentials="harbour"
                ),
            ),
            "up",
        ),
        _step(
            program(share("waiting", P1, HARBOUR, delete_first=True), ANSWER, ACCOUNT),
            "up",
            refresh=True,
        ),
    ),
    "continue on error": (
        _step(program(ONE), "up"),
        _step(program(BAD, TWO), "up", continue_on_error=True, fails=True),
        _step(program(ONE), "up"),
        _step(
            program(BAD, share("two", P1, NORTHLIGHT, after=("bad",))),
            "up",
            continue_on_error=True,
            fails=True,
        ),
        _step(program(ONE), "up"),
        _step(
            program(BAD, share("two", P1, NORTHLIGHT, reason=Output("bad", "status"))),
            "up",
            continue_on_error=True,
            fails=True,
        ),
        _step(program(ONE, OTHER), "up"),
        _step(
            program(share("other", P2, NORTHLIGHT, "EDIT"), TWO),
            "up",
            continue_on_error=True,
            fails=True,
        ),
        _step(program(ONE, OTHER), "up"),
        _step(program(TWO, OTHER, WRONG), "up", continue_on_error=True, fails=True),
        _step(program(ONE, OTHER), "up"),
        _step(
            program(OTHER),
            "up",
            _fault("DELETE agencies"),
            continue_on_error=True,
            fails=True,
        ),
        _step(
            program(ONE, OTHER),
            "destroy",
            _fault("DELETE agencies", path=P1),
            continue_on_error=True,
            fails=True,
        ),
        _step(program(ONE, OTHER), "destroy"),
    ),
    "failures": (
        _step(program(BAD, share("two", P1, NORTHLIGHT, after=("bad",))), "up", fails=True),
        _step(program(ONE, share("wrong", P2, "no digits", after=("one",))), "up", fails=True),
        _step(program(share("one", P1, NORTHLIGHT, "EDIT")), "up", fails=True),
        _step(program(ONE), "up"),
        _step(program(MOVED), "up", _fault("POST agencies"), fails=True),
        _step(program(MOVED_FIRST), "up", _fault("POST agencies"), fails=True),
        _step(program(MOVED_FIRST), "up", refresh=True),
        _step(program(ONE), "up", _fault("DELETE agencies"), fails=True),
        _step(program(ONE), "refresh"),
        _step(program(ONE), "up", refresh=True),
        _step(NONE, "up", _fault("DELETE agencies"), fails=True),
        _step(program(ONE), "destroy", _fault("DELETE agencies"), fails=True),
        _step(program(ONE, WAITING), "up"),
        _step(program(ONE, WAITING), "refresh", _drift_and_fault, fails=True),
        _step(program(ONE, WAITING), "up", refresh=True, fails=True),
        _step(program(ONE, WAITING), "up", _well, refresh=True),
    ),
    "configuration": (
        _step(program(ONE), "up"),
        _step(program(ONE), "up", configure=("metapixel:apiVersion", "v25.0")),
        _step(program(TWO), "up", configure=("metapixel:apiVersion", "v27.0"), refresh=True),
        _step(program(ONE), "preview", configure=("metapixel:apiVersion", "v25.0"), refresh=True),
        _step(
            program(ONE),
            "destroy",
            configure=("metapixel:apiVersion", "v26.0"),
            refresh=True,
            run_program=True,
        ),
        _step(program(ONE), "up"),
        _step(program(ONE), "destroy", configure=("metapixel:apiVersion", "v25.0"), refresh=True),
    ),
    "killed": (
        _step(program(ONE), "up", killed="POST agencies"),
        _step(program(ONE), "up"),
        _step(program(WIDER), "up", killed="POST agencies"),
        _step(program(WIDER), "up", refresh=True),
        _step(NONE, "up", killed="DELETE agencies"),
        _step(program(ONE), "up"),
        _step(program(ONE), "refresh", _gone, killed="GET agencies"),
        _step(program(MOVED), "up", killed="POST agencies"),
        _step(program(MOVED), "up", killed="DELETE agencies"),
        _step(program(MOVED), "up"),
        _step(program(ONE), "up", _gone_too, killed="POST agencies", refresh=True),
        _step(program(MOVED), "up"),
        _step(program(ONE), "up", killed="DELETE agencies"),
        _step(program(share("one", P2, NORTHLIGHT)), "up"),
        _step(program(MOVED_FIRST), "up", killed="DELETE agencies"),
        _step(program(MOVED_FIRST), "up", killed="POST agencies"),
        _step(NONE, "up"),
    ),
    "killed with checkpoints off": (
        _step(program(ONE), "up", checkpoints=False),
        _step(
            program(WIDER, share("other", P2, NORTHLIGHT, after=("one",))),
            "up",
            killed="POST agencies",
            killed_at=2,
            checkpoints=False,
        ),
        _step(
            program(
                share("one", P1, NORTHLIGHT, "UPLOAD"),
                share("two", P3, NORTHLIGHT, after=("one",)),
            ),
            "up",
            killed="POST agencies",
            killed_at=2,
        ),
    ),
}

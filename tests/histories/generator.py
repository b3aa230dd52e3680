"""A random history for each seed, drawn before any of it runs."""

from __future__ import annotations

from random import Random

from tests.histories.declarations import Program
from tests.histories.edits import Editor
from tests.histories.estate import AGENCIES, HARBOUR, MERIDIAN, PARTNER, PIXELS, TASKS
from tests.histories.history import ByHand, Command, History, Killed, Step, Trouble

_COMMANDS = {
    Command(): 30,
    Command(flags=("--refresh",)): 24,
    Command(flags=("--continue-on-error",)): 7,
    Command(flags=("--continue-on-error", "--refresh")): 3,
    Command("refresh"): 8,
    Command("refresh", ("--run-program",)): 4,
    Command("destroy"): 2,
    Command("destroy", ("--refresh",)): 2,
    Command("destroy", ("--run-program",)): 2,
}
_WITH_TARGETS = (
    ("up",),
    ("up",),
    ("up", "--target-dependents"),
    ("up", "--refresh"),
    ("refresh",),
    ("destroy", "--target-dependents"),
)
_HANDS = {
    "accept": 5,
    "decline": 4,
    "cancel": 2,
    "expire": 3,
    "share": 5,
    "unshare": 3,
    "permit": 1,
    "withdraw": 2,
}
_FAULTS = {
    "reset": 4,
    "timeout": 2,
    "status": 2,
    "truncated": 1,
    "empty": 1,
    "success_false": 1,
    "graph_error": 2,
    "rate_limit": 1,
}
_METHODS = {
    "up": ("POST", "POST", "DELETE", "GET"),
    "refresh": ("GET",),
    "destroy": ("DELETE", "DELETE", "GET"),
}


def generate(seed: int, switches: dict[str, object] | None = None) -> History:
    """The history of a seed, under these switches or under random ones."""
    random = Random(seed)
    editor = Editor(random)
    program = editor.first()
    drawn = _switches(random)
    switches = drawn if switches is None else switches
    steps = [Step(program, Command(), troubles=_troubles(random, 0.15, "up"))]
    for _ in range(random.randint(5, 7)):
        edits = []
        for _ in range(random.choice((0, 0, 1, 1, 1, 1, 1, 2))):
            program, edit = editor.edit(program)
            edits.append(edit)
        command = _command(random, steps[-1].program, program)
        steps.append(
            Step(
                program,
                command,
                tuple(edits),
                _by_hand(random, program, switches),
                () if command.killed else _troubles(random, 0.3, command.verb),
            )
        )
    return History(
        seed,
        tuple(steps),
        switches,
        tuple(agency for agency in (HARBOUR, MERIDIAN) if random.random() < 0.25),
        random.choice(((), ("--refresh",), ("--run-program",))),
    )


def _command(random: Random, before: Program, after: Program) -> Command:
    names = sorted(before.names | after.names)
    drawn = random.random()
    if names and drawn < 0.08:
        verb, *flags = random.choice(_WITH_TARGETS)
        count = random.randint(1, min(2, len(names)))
        return Command(verb, tuple(flags), targets=tuple(random.sample(names, count)))
    if after.names and drawn < 0.12:
        return Command(replaces=(random.choice(sorted(after.names)),))
    (command,) = random.choices(list(_COMMANDS), weights=list(_COMMANDS.values()))
    killed = None
    if command.verb != "refresh" and random.random() < 0.15:
        killed = Killed(
            random.randint(1, 8),
            random.choice(("before", "after")),
            random.choice(("engine", "plugin", "command")),
        )
    return Command(
        command.verb, command.flags, skip_checkpoints=random.random() < 0.12, killed=killed
    )


def _by_hand(random: Random, program: Program, switches: dict[str, object]) -> tuple[ByHand, ...]:
    actions = []
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        (action,) = random.choices(list(_HANDS), weights=list(_HANDS.values()))
        if action == "share" and "repeat_share" in switches:
            # A task that shows first after a write of ours counts as added by Meta itself.
            continue
        pixel, agency = random.choice(PIXELS), random.choice(AGENCIES)
        answered = ("accept", "decline", "cancel", "expire")
        shares = [
            share for share in program.shares if action not in answered or share.agency != PARTNER
        ]
        if shares and random.random() < 0.9:
            share = random.choice(shares)
            pixel, agency = share.pixel, share.agency
        tasks = random.sample(TASKS, random.randint(1, 3)) if action == "share" else ()
        actions.append(ByHand(action, pixel, agency, tuple(tasks)))
    return tuple(actions)


def _troubles(random: Random, chance: float, verb: str) -> tuple[Trouble, ...]:
    if random.random() >= chance:
        return ()
    drawn = random.random()
    if verb != "refresh" and drawn < 0.2:
        return (Trouble("outage", when=random.choice(("before", "after"))),)
    if drawn < 0.35:
        return (Trouble("stale", times=random.randint(1, 2)),)
    (kind,) = random.choices(list(_FAULTS), weights=list(_FAULTS.values()))
    method = random.choice(_METHODS[verb])
    return (
        Trouble(
            kind,
            method,
            random.choice(("before", "after")),
            times=random.randint(1, 3),
            after_n=random.choice((0, 0, 0, 1, 2)),
        ),
    )


def _switches(random: Random) -> dict[str, object]:
    """A few of Meta's open questions answered the other way."""
    other: dict[str, object] = {
        "repeat_share": "union",
        "delete_absent": "success",
        "repeat_pending": "new_request",
        "pending_in_agencies": "present",
        "unshare_drops_permissions": False,
        "read_order": "as_sent",
        "request_node": "BusinessAgreement",
    }
    return {name: value for name, value in other.items() if random.random() < 0.15}

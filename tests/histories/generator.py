"""A random history for each seed, drawn before any of it runs."""

from __future__ import annotations

import os
from dataclasses import replace
from random import Random

from tests.histories.edits import Editor, drawn_from
from tests.histories.estate import ACCOUNTS, AGENCIES, HARBOUR, MERIDIAN, PARTNER, PIXELS, TASKS
from tests.histories.history import Act, Command, History, Killed, Step, Trouble
from tests.histories.program import Program
from tests.support.depth import examples

_FIRST_SEED = 20261125
COMMANDS = {
    Command(): 30,
    Command(flags=("--refresh",)): 22,
    Command(flags=("--continue-on-error",)): 7,
    Command(flags=("--continue-on-error", "--refresh")): 3,
    Command(flags=("--refresh", "--run-program")): 3,
    Command("preview"): 1,
    Command("preview", ("--refresh",)): 2,
    Command("preview", ("--refresh", "--run-program")): 1,
    Command("refresh"): 7,
    Command("refresh", ("--run-program",)): 4,
    Command("destroy"): 2,
    Command("destroy", ("--refresh",)): 2,
    Command("destroy", ("--run-program",)): 2,
    Command("destroy", ("--refresh", "--run-program")): 1,
    Command("destroy", ("--continue-on-error",)): 1,
}
#: Commands about a part of the resources. A creation cannot leave out a share that it depends on.
_PARTIAL = (
    ("targets", "up"),
    ("targets", "up"),
    ("targets", "up", "--target-dependents"),
    ("targets", "up", "--refresh"),
    ("targets", "refresh"),
    ("targets", "destroy", "--target-dependents"),
    ("excludes", "up", "--exclude-dependents"),
    ("excludes", "up", "--exclude-dependents", "--refresh"),
    ("excludes", "refresh"),
    ("excludes", "destroy"),
    ("excludes", "destroy", "--refresh"),
)
ACTS = {
    "accept": 5,
    "decline": 4,
    "cancel": 2,
    "expire": 3,
    "ask": 2,
    "share": 5,
    "unshare": 3,
    "permit": 1,
    "withdraw": 2,
    "a month passes": 1,
}
_ANSWERS = ("accept", "decline", "cancel", "expire")
FAULTS = {
    "reset": 4,
    "timeout": 2,
    "status": 2,
    "truncated": 1,
    "empty": 1,
    "success_false": 1,
    "graph_error": 2,
    "rate_limit": 1,
}
_READS = ("GET agencies", "GET pixel", "GET request", "GET shared_accounts")
_REMOVALS = ("DELETE agencies", "DELETE shared_accounts")
_ENDPOINTS = {
    "up": ("POST agencies",) * 4
    + ("POST shared_accounts", "POST request")
    + _REMOVALS * 2
    + _READS,
    "destroy": _REMOVALS * 2 + _READS,
    "refresh": _READS,
    "preview": _READS,
}
#: Meta's open questions answered the other way.
_SWITCHES: dict[str, tuple[object, ...]] = {
    "repeat_share": ("union",),
    "repeat_pending": ("new_request",),
    "delete_absent": ("success",),
    "delete_while_pending": ("no_effect",),
    "pending_in_agencies": ("present",),
    "request_purged_after": (0, 20),
    "unshare_drops_permissions": (False,),
    "empty_edge": ("listed",),
    "request_node": ("BusinessAgreement",),
    "stale_reads": (1, 2, 3),
    "ad_account_parameter": ("account_id", "ad_account"),
    "implied_tasks": ("ANALYZE:ADVERTISE", "EDIT:ANALYZE ANALYZE:ADVERTISE", "UPLOAD:ANALYZE"),
}


def seeds(variable: str, desk: int, ci: int) -> range:
    """The same seeds in each run, so that a pull request fails only by its own change."""
    first = int(os.environ.get("METAPIXEL_SEED", _FIRST_SEED))
    return range(first, first + examples(variable, desk, ci))


def generate(seed: int, switches: dict[str, object] | None = None) -> History:
    """The history of a seed, under these switches or under random ones."""
    random = Random(seed)
    editor = Editor(random)
    program = editor.first()
    drawn = {
        name: random.choice(values) for name, values in _SWITCHES.items() if random.random() < 0.15
    }
    switches = drawn if switches is None else switches
    steps = [Step(program, Command(), troubles=_troubles(random, 0.15, "up"))]
    day = 1
    for _ in range(random.randint(5, 7)):
        day = editor.day = day + random.choice((0, 0, 1))
        for _ in range(random.choice((0, 0, 1, 1, 1, 1, 1, 2))):
            program = editor.edit(program)
        command = _command(random, steps[-1].program, program)
        acts = _acts(random, program, switches)
        for share in program.shares:
            if share.options.imports and share.name not in steps[-1].program.names:
                acts += (Act("share", share.pixel, share.agency, ("ANALYZE", "EDIT")),)
        troubles = () if command.killed else _troubles(random, 0.3, command.verb)
        is_calm = not (command.killed or troubles) and random.random() < 0.2
        meanwhile = _acts(random, program, switches) if is_calm else ()
        steps.append(Step(program, command, acts, meanwhile, troubles, day))
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
    if names and drawn < 0.12:
        option, verb, *flags = random.choice(_PARTIAL)
        chosen = tuple(random.sample(names, random.randint(1, min(2, len(names)))))
        command = Command(verb, tuple(flags))
        if option == "targets":
            return replace(command, targets=chosen)
        return replace(command, excludes=chosen)
    if after.names and drawn < 0.16:
        return Command(replaces=(random.choice(sorted(after.names)),))
    command = drawn_from(random, COMMANDS)
    if command.verb in ("preview", "refresh"):
        return command
    killed = None
    if random.random() < 0.15:
        killed = Killed(
            random.randint(1, 12),
            random.choice(("before", "after")),
            random.choice(("engine", "plugin", "command", "interruption", "second interruption")),
        )
    return replace(
        command,
        with_preview=killed is None and random.random() < 0.04,
        skip_checkpoints=random.random() < 0.12,
        killed=killed,
    )


def _acts(random: Random, program: Program, switches: dict[str, object]) -> tuple[Act, ...]:
    return tuple(
        act
        for _ in range(random.choice((0, 0, 1, 1, 2)))
        if (act := _act(random, program))
        # A task that shows first after a write of ours counts as added by Meta itself.
        and not (act.action in ("share", "ask") and "repeat_share" in switches)
    )


def _act(random: Random, program: Program) -> Act:
    action = drawn_from(random, ACTS)
    if action == "a month passes":
        return Act(action)
    pixel, agency = random.choice(PIXELS), random.choice(AGENCIES)
    shares = [
        share for share in program.shares if action not in _ANSWERS or share.agency != PARTNER
    ]
    if shares and random.random() < 0.9:
        share = random.choice(shares)
        pixel, agency = share.pixel, share.agency
    if action in ("permit", "withdraw"):
        return Act(action, pixel, agency, account=random.choice(ACCOUNTS[agency]))
    if action in ("share", "ask"):
        return Act(action, pixel, agency, tuple(random.sample(TASKS, random.randint(1, 3))))
    return Act(action, pixel, agency)


def _troubles(random: Random, chance: float, verb: str) -> tuple[Trouble, ...]:
    if random.random() >= chance:
        return ()
    drawn = random.random()
    if drawn > 0.85:
        return (Trouble("dead token"),)
    writes = verb in ("up", "destroy")
    if writes and drawn < 0.15:
        return (Trouble("outage", when=random.choice(("before", "after"))),)
    if drawn < 0.25:
        return (Trouble("stale", times=random.randint(1, 2)),)
    if drawn < 0.35:
        return (Trouble("haste"), Trouble("stale", times=random.randint(1, 2)))
    kind = drawn_from(random, FAULTS)
    endpoint, when = random.choice((None, *_ENDPOINTS[verb])), random.choice(("before", "after"))
    return (
        Trouble(
            kind,
            endpoint,
            # A call that Meta refuses has no effect.
            "before" if kind == "rate_limit" else when,
            times=1 if kind == "timeout" else random.choice((1, 1, 2, 3, -1)),
            after_n=random.choice((0, 0, 0, 1, 2)),
        ),
    )

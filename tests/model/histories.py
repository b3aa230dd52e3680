"""Random histories: what people write, do at Meta and run, and what goes wrong meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import hypothesis.strategies as st

from tests.model.commands import Command
from tests.model.declarations import ACCOUNTS, EDITS, Edit
from tests.model.people import ACTS, Act
from tests.model.programs import HARBOUR, NORTHLIGHT, PIXELS


@dataclass(frozen=True)
class Fault:
    """A fault of the simulator."""

    endpoint: str | None
    kind: str
    when: str
    times: int
    after_n: int


@dataclass(frozen=True)
class Dying:
    """Where a command dies: see `deaths.Death`. Without `checkpoints` the state is lost too."""

    calls: int
    after: bool
    of_engine: bool
    checkpoints: bool


@dataclass(frozen=True)
class Round:
    """Edits of the program, an act at Meta, and one command on them.

    `hasty`: the command runs before the replicas have seen the last write. `only`: it is for the
    one of the shares that this number tells.
    """

    edits: list[Edit]
    act: Act | None
    fault: Fault | None
    outage: Fault | None
    command: Command
    hasty: bool
    dying: Dying | None
    only: int | None


_flag = st.booleans()
_pixels, _agencies = st.sampled_from(PIXELS[:2]), st.sampled_from((NORTHLIGHT, HARBOUR))
_pairs = st.tuples(_pixels, _agencies)
_accounts = st.sampled_from(list(ACCOUNTS))
_tasks = st.lists(
    st.sampled_from(["ANALYZE", "UPLOAD", "ADVERTISE"]), min_size=1, max_size=3, unique=True
)

_edits = st.builds(
    Edit,
    what=st.sampled_from([what for what, weight in EDITS.items() for _ in range(weight)]),
    pair=_pairs,
    tasks=_tasks,
    overwrite=_flag,
    to=_pairs,
    account=_accounts,
)
_acts = st.builds(Act, what=st.sampled_from(ACTS), pair=_pairs, tasks=_tasks, account=_accounts)
_faults = st.builds(
    Fault,
    endpoint=st.sampled_from(
        [
            "POST agencies",
            "DELETE agencies",
            "POST shared_accounts",
            "DELETE shared_accounts",
            "POST request",
            "GET agencies",
            "GET pixel",
            "GET request",
            "GET shared_accounts",
        ]
    ),
    kind=st.sampled_from(
        ["reset", "timeout", "status", "truncated", "empty", "success_false", "graph_error"]
    ),
    when=st.sampled_from(["before", "after"]),
    times=st.sampled_from([1, 1, 2, 3, 5, -1]),
    after_n=st.integers(0, 3),
)
#: An outage of everything that begins with a call.
_outages = st.builds(
    Fault,
    endpoint=st.none(),
    kind=st.sampled_from(["reset", "timeout", "graph_error"]),
    when=st.sampled_from(["before", "after"]),
    times=st.sampled_from([2, 5, -1]),
    after_n=st.integers(0, 6),
)
_deaths = st.builds(
    Dying,
    calls=st.integers(1, 12),
    after=_flag,
    of_engine=st.sampled_from([True, True, False]),
    checkpoints=_flag,
)
_others = [
    *(Command("refresh", run_program=along) for along in (False, True)),
    *(Command("preview", refresh=refresh) for refresh in (False, True)),
    *(
        Command("destroy", refresh=refresh, run_program=along)
        for refresh in (False, True)
        for along in (False, True)
    ),
    Command("destroy", refresh=True, continue_on_error=True),
]
#: Three of four commands are updates.
_commands = st.sampled_from(
    [
        *(Command("up", refresh=refresh) for refresh in (False, True) for _ in range(8)),
        *(Command("up", refresh=True, run_program=True) for _ in range(4)),
        *(Command("up", refresh=refresh, continue_on_error=True) for refresh in (False, True)),
        Command("up", with_preview=True),
        Command("up", refresh=True, with_preview=True),
        Command("up", refresh=True, run_program=True, continue_on_error=True),
        *_others,
    ]
)

T = TypeVar("T")


def _sometimes(one_in: int, strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    chosen = st.sampled_from([False] * (one_in - 1) + [True])
    return chosen.flatmap(lambda is_chosen: strategy if is_chosen else st.none())


def _rounds(most_edits: int = 2, fewest_edits: int = 0) -> st.SearchStrategy[Round]:
    return st.builds(
        Round,
        edits=st.lists(_edits, min_size=fewest_edits, max_size=most_edits),
        act=_sometimes(3, _acts),
        fault=_sometimes(6, _faults),
        outage=_sometimes(10, _outages),
        command=_commands,
        hasty=st.sampled_from([False, False, False, True]),
        dying=_sometimes(6, _deaths),
        only=_sometimes(8, st.integers(0, 3)),
    )


#: The first program has something in it; each later round changes little.
rounds = st.tuples(_rounds(5, 2), st.lists(_rounds(), min_size=2, max_size=14)).map(
    lambda found: [found[0], *found[1]]
)

switches: st.SearchStrategy[Mapping[str, object]] = st.fixed_dictionaries(
    {
        "repeat_share": st.sampled_from(["overwrite", "union"]),
        "repeat_pending": st.sampled_from(["same_request", "new_request"]),
        "delete_absent": st.sampled_from(["error", "success"]),
        "delete_while_pending": st.sampled_from(["withdraw", "no_effect"]),
        "pending_in_agencies": st.sampled_from(["absent", "present"]),
        "request_purged_after": st.sampled_from(["never", 0, 20]),
        "unshare_drops_permissions": _flag,
        "read_order": st.sampled_from(["shuffled_with_aa_analyze", "as_sent"]),
        "stale_reads": st.integers(0, 3),
        "ad_account_parameter": st.sampled_from(["either", "account_id", "ad_account"]),
    }
)

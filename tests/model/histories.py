"""Random histories: what people write, do at Meta and run, and what goes wrong meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import hypothesis.strategies as st

from tests.model.commands import Command
from tests.model.declarations import ACCOUNTS, EDITS, Edit
from tests.model.people import ACTS, Act
from tests.support.example import HARBOUR, NORTHLIGHT, PIXELS


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
    """Edits of the program, acts at Meta, and one command on them.

    `hasty`: the command runs before the replicas have seen the last write. `only`: it is for the
    one of the shares that this number tells.
    """

    edits: list[Edit]
    acts: list[Act]
    faults: list[Fault]
    command: Command
    hasty: bool = False
    dying: Dying | None = None
    only: int | None = None


_flag = st.booleans()
_rarely = st.sampled_from([False, False, False, True])
_pixels, _agencies = st.sampled_from(PIXELS[:2]), st.sampled_from((NORTHLIGHT, HARBOUR))
_pairs = st.tuples(_pixels, _agencies)
_accounts = st.sampled_from(list(ACCOUNTS))
_tasks = st.lists(
    st.sampled_from(["ANALYZE", "UPLOAD", "ADVERTISE"]), min_size=1, max_size=3, unique=True
)

_edits = st.builds(
    Edit,
    # Shares and permissions come to exist more often than anything is done with them.
    what=st.sampled_from(("share", "share", *EDITS, "permission")),
    pair=_pairs,
    tasks=_tasks,
    on_existing=st.sampled_from(["adopt", "overwrite", "fail"]),
    to=_pairs,
    account=_accounts,
)
_acts = st.builds(
    Act,
    what=st.sampled_from(ACTS),
    pair=_pairs,
    tasks=_tasks,
    account=_accounts,
)
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
_ups = st.builds(
    Command,
    verb=st.just("up"),
    refresh=_flag,
    run_program=_rarely,
    with_preview=_rarely,
    continue_on_error=_rarely,
)
_others = st.one_of(
    st.builds(Command, verb=st.just("preview"), refresh=_flag, run_program=_flag),
    st.builds(Command, verb=st.just("refresh"), run_program=_flag),
    st.builds(
        Command,
        verb=st.just("destroy"),
        refresh=_flag,
        run_program=_flag,
        continue_on_error=_rarely,
    ),
)


def _rounds(most_edits: int = 2, fewest_edits: int = 0) -> st.SearchStrategy[Round]:
    return st.builds(
        Round,
        edits=st.lists(_edits, min_size=fewest_edits, max_size=most_edits),
        acts=st.lists(_acts, max_size=1),
        faults=st.one_of(
            st.just([]), st.just([]), st.lists(st.one_of(_faults, _outages), max_size=2)
        ),
        command=st.one_of(_ups, _ups, _ups, _others),
        hasty=_rarely,
        dying=st.one_of(st.none(), st.none(), st.none(), _deaths),
        only=st.one_of(st.none(), st.none(), st.none(), st.none(), st.integers(0, 3)),
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

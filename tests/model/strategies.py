"""What a history is made of."""

from __future__ import annotations

import hypothesis.strategies as st

from tests.model.commands import Command
from tests.model.deaths import Death
from tests.model.declarations import ACCOUNTS
from tests.model.programs import HARBOUR, NORTHLIGHT, PIXELS

pixels = st.sampled_from(PIXELS[:2])
agencies = st.sampled_from((NORTHLIGHT, HARBOUR))
accounts = st.sampled_from(list(ACCOUNTS))
tasks = st.lists(
    st.sampled_from(["ANALYZE", "UPLOAD", "ADVERTISE"]), min_size=1, max_size=3, unique=True
)
deaths = st.builds(
    Death, calls=st.integers(1, 12), after=st.booleans(), of_engine=st.sampled_from([True, True, False])
)
_flag = st.booleans()
_rarely = st.sampled_from([False, False, False, True])
ups = st.one_of(
    st.builds(Command, verb=st.just("up"), refresh=_flag, continue_on_error=_rarely),
    st.builds(
        Command,
        verb=st.just("up"),
        refresh=_flag,
        run_program=_rarely,
        with_preview=_rarely,
        continue_on_error=_rarely,
    ),
)
refreshes = st.builds(Command, verb=st.just("refresh"), run_program=_flag)
destroys = st.builds(
    Command,
    verb=st.just("destroy"),
    refresh=_flag,
    run_program=_flag,
    continue_on_error=_rarely,
)
switches = st.fixed_dictionaries(
    {
        "repeat_share": st.sampled_from(["overwrite", "union"]),
        "repeat_pending": st.sampled_from(["same_request", "new_request"]),
        "delete_absent": st.sampled_from(["error", "success"]),
        "delete_while_pending": st.sampled_from(["withdraw", "no_effect"]),
        "pending_in_agencies": st.sampled_from(["absent", "present"]),
        "request_purged_after": st.sampled_from(["never", 0, 20]),
        "unshare_drops_permissions": st.booleans(),
        "read_order": st.sampled_from(["shuffled_with_aa_analyze", "as_sent"]),
        "stale_reads": st.integers(0, 3),
        "ad_account_parameter": st.sampled_from(["either", "account_id", "ad_account"]),
    }
)
endpoints = st.sampled_from(
    [
        None,
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
)
faults = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(
            ["reset", "timeout", "status", "truncated", "empty", "success_false", "graph_error"]
        ),
        "when": st.sampled_from(["before", "after"]),
        "times": st.sampled_from([1, 2, 3, 4, -1]),
        "after_n": st.integers(0, 3),
    }
)

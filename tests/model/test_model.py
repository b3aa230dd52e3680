"""Whatever happens, refresh and up bring state, Meta and declaration together again.

A machine writes programs, lets people change things at Meta by hand, lets calls fail and
processes die, and from time to time sees that everything converges. METAPIXEL_MODEL_EXAMPLES
gives the number of random histories (400 take a few minutes); without it the same ones run each
time. A history that fails is printed as the shortest one found.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from typing import ParamSpec

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from metapixel_provider.errors import NotVisibleError, RefusedError
from metapixel_provider.graph.client import Patience
from metapixel_simulator import Simulator, World
from tests.model.agreement import disagreements
from tests.model.engine import Death, Engine, Result
from tests.model.programs import (
    ACCOUNTS,
    AGENCIES,
    PIXELS,
    TOKENS,
    Declarations,
    DeclaredShare,
    Pair,
)

EXAMPLES = int(os.environ.get("METAPIXEL_MODEL_EXAMPLES", "0"))
PATIENCE = Patience(timeout=10, attempts=3, first_pause=0.001, first_look=0.001, lag=0.001)
ROUNDS = 6

P = ParamSpec("P")

pixels = st.sampled_from(PIXELS)
agencies = st.sampled_from(AGENCIES)
accounts = st.sampled_from(list(ACCOUNTS))
tasks = st.lists(
    st.sampled_from(["ANALYZE", "UPLOAD", "ADVERTISE"]), min_size=1, max_size=3, unique=True
)
deaths = st.builds(Death, calls=st.integers(1, 12), after=st.booleans())
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
        "GET pixel",
        "GET request",
        "GET shared_accounts",
    ]
)
kinds = st.sampled_from(
    ["reset", "timeout", "status", "truncated", "empty", "success_false", "graph_error"]
)


class Sharing(RuleBasedStateMachine):
    """One stack, one simulated Meta, and the people around them."""

    sim: Simulator
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.sim.reset()
        self.engine = Engine(self.sim.url, TOKENS, PATIENCE)
        self.declared = Declarations()
        self.foreign: set[Pair] = set()
        self.names = 0
        self.failed = False
        self.lost = False

    @initialize(chosen=switches)
    def begin(self, chosen: dict[str, object]) -> None:
        self.sim.set(**chosen)

    # The program

    @rule(pixel=pixels, agency=agencies, wanted=tasks, overwrite=st.booleans())
    def declare_share(self, pixel: str, agency: str, wanted: list[str], overwrite: bool) -> None:
        old = self.declared.shares.get((pixel, agency))
        self.names += 1
        self.declared.shares[pixel, agency] = DeclaredShare(
            name=old.name if old else f"share-{self.names}",
            tasks=wanted,
            on_existing="overwrite" if overwrite else "fail",
            resend=old.resend if old else 0,
        )

    @precondition(lambda self: self.declared.shares)
    @rule(data=st.data(), what=st.sampled_from(["rename", "resend", "reason", "drop"]))
    def edit_share(self, data: st.DataObject, what: str) -> None:
        pair = data.draw(st.sampled_from(sorted(self.declared.shares)))
        share = self.declared.shares[pair]
        self.names += 1
        if what == "rename":
            share.name = f"share-{self.names}"
        elif what == "resend":
            share.resend += 1
        elif what == "reason":
            share.reason = f"reason {self.names}"
        else:
            del self.declared.shares[pair]
            self._let_go({pair})

    @rule(pixel=pixels, answer=st.sampled_from(["approve", "decline", None]))
    def declare_answer(self, pixel: str, answer: str | None) -> None:
        self.declared.answers.pop(pixel, None)
        if answer:
            self.declared.answers[pixel] = answer

    @rule(pixel=pixels, account=accounts)
    def declare_or_drop_permission(self, pixel: str, account: str) -> None:
        self.declared.permissions ^= {(pixel, account)}

    # People at Meta

    @rule(pixel=pixels, agency=agencies, given=tasks)
    def share_by_hand(self, pixel: str, agency: str, given: list[str]) -> None:
        # An agency that has a pixel of the owner's has accepted to work with the owner.
        for request in self.sim.open_requests():
            if request.agency == agency:
                self._by_hand(self.sim.answer, request.id, "APPROVE")
        self.sim.world.relationships.add((self.sim.world.pixels[pixel].owner, agency))
        self._by_hand(self.sim.share, pixel, agency, given)
        self.foreign.add((pixel, agency))

    @rule(pixel=pixels, agency=agencies)
    def unshare_by_hand(self, pixel: str, agency: str) -> None:
        self._by_hand(self.sim.unshare, pixel, agency)

    @rule(pixel=pixels, account=accounts, give=st.booleans())
    def permit_or_withdraw_by_hand(self, pixel: str, account: str, give: bool) -> None:
        business = ACCOUNTS[account]
        if not give:
            self._by_hand(self.sim.withdraw, pixel, business, account)
        elif self.sim.world.tasks_of(pixel, business):
            self._by_hand(self.sim.permit, pixel, business, account)

    @rule(status=st.sampled_from(["APPROVE", "DECLINE", "CANCELED"]))
    def end_a_request_by_hand(self, status: str) -> None:
        for request in self.sim.open_requests()[:1]:
            self._by_hand(self.sim.answer, request.id, status)

    @rule(days=st.sampled_from([1, 31]))
    def time_passes(self, days: int) -> None:
        self.sim.advance(days=days)

    # What goes wrong

    @rule(
        endpoint=endpoints,
        kind=kinds,
        when=st.sampled_from(["before", "after"]),
        times=st.integers(1, 4),
        after_n=st.integers(0, 3),
    )
    def calls_will_fail(
        self, endpoint: str | None, kind: str, when: str, times: int, after_n: int
    ) -> None:
        if endpoint is None and kind == "success_false":
            # Meta never answers a read with it.
            return
        self.sim.fault(endpoint, kind=kind, when=when, times=times, after_n=after_n)

    # Operations

    @rule()
    def up(self) -> None:
        self._done(self.engine.up(self.declared.program()))

    @rule(death=deaths, skip=st.booleans())
    def up_that_dies(self, death: Death, skip: bool) -> None:
        self._done(self.engine.up(self.declared.program(), death, skip))

    @rule()
    def refresh(self) -> None:
        self._done(self.engine.refresh())

    @rule(death=deaths, skip=st.booleans())
    def refresh_that_dies(self, death: Death, skip: bool) -> None:
        self._done(self.engine.refresh(death, skip))

    @rule()
    def destroy(self) -> None:
        self._let_go(set(self.declared.shares))
        self._done(self.engine.destroy())

    @rule()
    def everything_converges(self) -> None:
        self._converge()

    def teardown(self) -> None:
        if not self.failed:
            self._converge()

    # What has to hold

    def _converge(self) -> None:
        self._calm_down()
        history: list[Result] = []
        for _ in range(ROUNDS):
            before = copy.deepcopy(self.engine.state)
            self.sim.clear_requests()
            refreshed = self.engine.refresh()
            brought = self.engine.up(self.declared.program())
            self._done(refreshed)
            self._done(brought)
            history += [refreshed, brought]
            # A permission that waits is tried again each time, which changes nothing.
            if refreshed.idle and self.engine.state == before and brought.error is None:
                break
            if brought.error is not None:
                self._decide(brought.error)
        else:
            self.failed = True
            lines = "\n".join(map(str, history))
            raise AssertionError(f"no convergence:\n{lines}")
        program = self.declared.program()
        found = disagreements(self.sim, self.engine, program)
        if found and self.lost and all("Meta asks for" in each for each in found):
            # A write that was lost to state changed what the agency is asked for, and Meta does not
            # show that: as soon as the agency accepts, it has to come to what is declared.
            self.lost = False
            for request in self.sim.open_requests():
                self._by_hand(self.sim.answer, request.id, "APPROVE")
            self._converge()
            return
        self.failed = bool(found)
        assert found == []
        assert not [entry for entry in self.sim.requests if entry.method != "GET"]
        assert set(self.sim.shares()) <= set(self.declared.shares) | self.foreign
        for request in self.sim.open_requests():
            pairs = {(pixel, request.agency) for pixel in request.pixels}
            assert pairs <= set(self.declared.shares) | self.foreign

    def _calm_down(self) -> None:
        """Faults end, replicas catch up, and nobody asks for what Meta refuses by rule."""
        self.sim.clear_faults()
        with self.sim.lock:
            for _ in range(3):
                for pixel in PIXELS:
                    self.sim.graph.sharing.read_agencies(pixel)
                    for agency in AGENCIES:
                        self.sim.graph.sharing.read_accounts(pixel, agency)
                for request_id in self.sim.world.requests:
                    self.sim.graph.sharing.read_request(request_id)
        for pixel, account in self.declared.permissions:
            share = self.declared.shares.get((pixel, ACCOUNTS[account]))
            if share is not None and share.tasks == ["UPLOAD"]:
                share.tasks = ["ANALYZE", "UPLOAD"]
            elif share is None and self.sim.shares().get((pixel, ACCOUNTS[account])) == {"UPLOAD"}:
                self._by_hand(self.sim.unshare, pixel, ACCOUNTS[account])

    def _decide(self, error: Exception) -> None:
        """What a person does about a refusal that asks for a decision."""
        if isinstance(error, NotVisibleError) and "read sharing request" in str(error):
            # The request that the program answers has ended, and Meta has forgotten it.
            self.declared.answers.clear()
        elif not isinstance(error, RefusedError):
            return
        elif "on_existing='overwrite'" in str(error):
            for share in self.declared.shares.values():
                share.on_existing = "overwrite"
        elif "could not be withdrawn" in str(error) or "cannot be answered" in str(error):
            for request in self.sim.open_requests():
                self._by_hand(self.sim.answer, request.id, "DECLINE")
            self.declared.answers.clear()
        else:
            raise error

    def _done(self, result: Result) -> None:
        type(self).steps += 1
        self.lost |= result.error is not None or "killed" in result.steps
        text = " ".join(notice.text for notice in result.notices) + str(result.error or "")
        assert text.isprintable()
        assert not [token for token in TOKENS.values() if token in text]

    def _let_go(self, pairs: set[Pair]) -> None:
        """What the engine does not know of stays when it is no longer declared."""
        known = {resource.id for resource in self.engine.state.resources.values()}
        known |= {resource.id for resource in self.engine.state.condemned}
        self.foreign -= pairs
        self.foreign |= {pair for pair in pairs if "/".join(pair) not in known}

    def _by_hand(self, act: Callable[P, object], *args: P.args, **named: P.kwargs) -> None:
        """What people did was a while ago: every replica has seen it."""
        lag = self.sim.switches.stale_reads
        self.sim.set(stale_reads=0)
        act(*args, **named)
        self.sim.set(stale_reads=lag)


def test_state_meta_and_declaration_come_together_again() -> None:
    with Simulator(World.example()) as Sharing.sim:
        run_state_machine_as_test(
            Sharing,
            settings=settings(
                max_examples=EXAMPLES or 150,
                stateful_step_count=30,
                derandomize=not EXAMPLES,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
    print(f"{Sharing.steps} operations")

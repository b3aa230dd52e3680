"""Whatever happens, the state tells the truth, and `up --refresh` makes Meta what is declared.

A machine writes programs, lets people change things at Meta by hand, lets calls fail and processes
die, and runs commands through the real plugin. METAPIXEL_MODEL_EXAMPLES is the number of random
histories; without it the same ones run each time. A history that fails is printed as the shortest
one found.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import ParamSpec

import hypothesis.strategies as st
import requests
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from metapixel_simulator import Simulator, World
from tests.model import promises
from tests.model.agreement import disagreements
from tests.model.commands import Command
from tests.model.deaths import Death
from tests.model.declarations import ACCOUNTS, TOKENS, Declarations, DeclaredShare, Pair
from tests.model.engine import Engine, Result
from tests.model.plugins import Plugins
from tests.model.programs import HARBOUR, NORTHLIGHT, PIXELS, Program
from tests.model.strategies import (
    agencies,
    accounts,
    deaths,
    destroys,
    endpoints,
    faults,
    pixels,
    refreshes,
    switches,
    tasks,
    ups,
)

EXAMPLES = int(os.environ.get("METAPIXEL_MODEL_EXAMPLES", "0"))
ROUNDS = 8
UP = Command("up", refresh=True)

P = ParamSpec("P")


class Sharing(RuleBasedStateMachine):
    """One stack, one simulated Meta, and the people around them."""

    sim: Simulator
    plugins: Plugins
    commands = 0

    def __init__(self) -> None:
        super().__init__()
        self.sim.reset()
        self.engine = Engine(self.plugins, {"metapixel:graphUrl": self.sim.url})
        self.declared = Declarations()
        #: What people shared by hand, and what only a killed command knew of.
        self.unmanaged: set[Pair] = set()
        self.names = 0
        self.killed = False
        self.failed = False

    @initialize(chosen=switches)
    def begin(self, chosen: dict[str, object]) -> None:
        self.sim.set(**chosen)

    # The program

    @rule(pixel=pixels, agency=agencies, wanted=tasks, overwrite=st.booleans())
    def declare_share(self, pixel: str, agency: str, wanted: list[str], overwrite: bool) -> None:
        old = self.declared.shares.get((pixel, agency))
        self.declared.shares[pixel, agency] = DeclaredShare(
            name=old.name if old else self._new_name(),
            tasks=wanted,
            on_existing="overwrite" if overwrite else "fail",
            resend=old.resend if old else 0,
            allow_reshare=old.allow_reshare if old else False,
            delete_first=old.delete_first if old else False,
        )

    @precondition(lambda self: self.declared.shares)
    @rule(
        data=st.data(),
        what=st.sampled_from(["rename", "drop", "move", "resend", "reason", "delete first"]),
    )
    def edit_share(self, data: st.DataObject, what: str) -> None:
        pair = data.draw(st.sampled_from(sorted(self.declared.shares)))
        share = self.declared.shares[pair]
        if what == "rename":
            share.name = self._new_name()
        elif what == "resend":
            share.resend += 1
        elif what == "reason":
            share.reason = self._new_name()
        elif what == "delete first":
            share.delete_first = not share.delete_first
        else:
            del self.declared.shares[pair]
            if what == "move":
                to = data.draw(st.tuples(pixels, agencies))
                other = self.declared.shares.get(to)
                self.declared.shares[to] = share
                if other is not None:
                    self.declared.shares[pair] = other

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
        self._is_unmanaged(pixel, agency)

    @rule(pixel=pixels, given=tasks)
    def ask_by_hand(self, pixel: str, given: list[str]) -> None:
        if (pixel, HARBOUR) not in self.sim.shares():
            self._by_hand(self._ask, pixel, given)
            self._is_unmanaged(pixel, HARBOUR)

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

    @rule(endpoint=endpoints, fault=faults)
    def calls_will_fail(self, endpoint: str | None, fault: dict[str, object]) -> None:
        if endpoint is None and fault["kind"] == "success_false":
            # Meta never answers a read with it.
            return
        self.sim.fault(endpoint, **fault)  # type: ignore[arg-type]

    # Commands

    @rule(command=ups, hasty=st.booleans())
    def up(self, command: Command, hasty: bool) -> None:
        self._run(command, hasty)

    @rule(command=ups, death=deaths, checkpoints=st.booleans())
    def up_that_dies(self, command: Command, death: Death, checkpoints: bool) -> None:
        self._run(command, True, death, checkpoints)

    @rule(command=st.one_of(refreshes, destroys), hasty=st.booleans())
    def refresh_or_destroy(self, command: Command, hasty: bool) -> None:
        self._run(command, hasty)

    @rule(command=st.one_of(refreshes, destroys), death=deaths, checkpoints=st.booleans())
    def refresh_or_destroy_that_dies(
        self, command: Command, death: Death, checkpoints: bool
    ) -> None:
        self._run(command, True, death, checkpoints)

    @rule(data=st.data(), command=ups, replace=st.booleans())
    def up_on_one_resource(self, data: st.DataObject, command: Command, replace: bool) -> None:
        held = [each.declared.urn for each in self.engine.state.resources if each.live]
        urns = held + [each.urn for each in self.declared.program()]
        if urns:
            urn = data.draw(st.sampled_from(urns))
            flags = {"replaces": (urn,)} if replace else {"targets": (urn,)}
            chosen = Command(command.verb, command.refresh, **flags)  # type: ignore[arg-type]
            self._run(chosen, hasty=False)

    @rule()
    def everything_agrees_after_some_ups(self) -> None:
        self._agree()

    def teardown(self) -> None:
        if not self.failed:
            self._agree()

    # What has to hold

    def _run(
        self,
        command: Command,
        hasty: bool,
        death: Death | None = None,
        checkpoints: bool = True,
    ) -> Result:
        """Run a command; `hasty`: before the replicas have seen the last write."""
        type(self).commands += 1
        if not hasty:
            self._let_replicas_catch_up()
        before = self.engine.state.copy()
        unmanaged = promises.at_meta(self.sim) - promises.known(before)
        self.sim.clear_requests()
        self.sim.on_request = death.look if death else None
        result = self.engine.run(command, self.declared.program(), death, checkpoints)
        self.sim.on_request = None
        after = self.engine.state
        found = list(promises.interruptions(self.sim, result))
        if result.ended_well and not hasty:
            found += promises.untruths(self.sim, before, after, result)
        at_meta = promises.at_meta(self.sim)
        forgotten = at_meta - promises.known(after)
        if result.killed or hasty:
            self.unmanaged |= forgotten
            self.killed |= result.killed
        self.unmanaged &= forgotten
        found += [
            f"nobody knows of {'/'.join(pair)}, which Meta has"
            for pair in forgotten - self.unmanaged - unmanaged
        ]
        self._assert_fit_for_people(result)
        self._assert_none(found, result)
        return result

    def _agree(self) -> None:
        self._calm_down()
        history: list[Result] = []
        for _ in range(ROUNDS):
            before = self.engine.state.copy()
            result = self._run(UP, hasty=False)
            history.append(result)
            if result.ended_well and self.engine.state == before and not self._writes():
                break
            self._decide(result)
        else:
            self._assert_none(["no end of changes"], *history)
        found = disagreements(self.sim, self.engine.state, self.declared.program())
        if found and self.killed and all("Meta asks for" in each for each in found):
            # A killed command changed what the agency is asked for, and Meta does not return that.
            # As soon as the agency accepts, it has to become what is declared.
            self.killed = False
            for request in self.sim.open_requests():
                self._by_hand(self.sim.answer, request.id, "APPROVE")
            self._agree()
            return
        self._assert_none(found, *history)

    def _assert_none(self, found: list[str], *history: Result) -> None:
        self.failed = bool(found)
        lines = "\n".join(f"{each.command}: {each.lines()}" for each in history)
        assert not found, f"{found}\n{lines}"

    def _assert_fit_for_people(self, result: Result) -> None:
        text = " ".join([result.said, *result.errors])
        assert "this is a bug" not in text, text
        assert "Traceback" not in text, text
        assert not [token for token in TOKENS.values() if token in text]

    def _writes(self) -> list[str]:
        return [
            entry.endpoint
            for entry in self.sim.requests
            if entry.method != "GET" and entry.endpoint != "POST batch"
        ]

    def _let_replicas_catch_up(self) -> None:
        with self.sim.lock:
            for _ in range(3):
                for pixel in PIXELS:
                    self.sim.graph.sharing.read_agencies(pixel)
                    for agency in (NORTHLIGHT, HARBOUR):
                        self.sim.graph.sharing.read_accounts(pixel, agency)
                for request_id in self.sim.world.requests:
                    self.sim.graph.sharing.read_request(request_id)

    def _calm_down(self) -> None:
        """Faults end, and nobody asks for something that Meta refuses by rule."""
        self.sim.clear_faults()
        for pixel, account in self.declared.permissions:
            pair = (pixel, ACCOUNTS[account])
            share = self.declared.shares.get(pair)
            if share is not None and share.tasks == ["UPLOAD"]:
                share.tasks = ["ANALYZE", "UPLOAD"]
            elif share is None and self.sim.shares().get(pair) == {"UPLOAD"}:
                self._by_hand(self.sim.unshare, *pair)

    def _decide(self, result: Result) -> None:
        """Do what a person does about a refusal that asks for a decision."""
        error = " ".join(result.errors)
        if "read sharing request" in error or "cannot be answered" in error:
            # The request that the program answers has ended.
            self.declared.answers.clear()
        if "on_existing='overwrite'" in error:
            for share in self.declared.shares.values():
                share.on_existing = "overwrite"
        if "allow_reshare=True" in error:
            for share in self.declared.shares.values():
                share.allow_reshare = True
        if "could not be withdrawn" in error:
            for request in self.sim.open_requests():
                self._by_hand(self.sim.answer, request.id, "DECLINE")
            self.declared.answers.clear()

    def _new_name(self) -> str:
        self.names += 1
        return f"share-{self.names}"

    def _is_unmanaged(self, pixel: str, agency: str) -> None:
        if (pixel, agency) not in promises.known(self.engine.state):
            self.unmanaged.add((pixel, agency))

    def _ask(self, pixel: str, given: list[str]) -> None:
        answer = requests.post(
            f"{self.sim.url}/{pixel}/agencies",
            json={"business": HARBOUR, "permitted_tasks": given},
            headers={"Authorization": "Bearer owner-token"},
            timeout=10,
        )
        assert answer.ok, answer.text

    def _by_hand(self, act: Callable[P, object], *args: P.args, **named: P.kwargs) -> None:
        """Let a person act: it was a while ago, so every replica has seen it."""
        lag = self.sim.switches.stale_reads
        self.sim.set(stale_reads=0)
        act(*args, **named)
        self.sim.set(stale_reads=lag)


def test_state_meta_and_program_agree_whatever_happens() -> None:
    with Simulator(World.example()) as Sharing.sim, Plugins(TOKENS) as Sharing.plugins:
        run_state_machine_as_test(
            Sharing,
            settings=settings(
                max_examples=EXAMPLES or 50,
                stateful_step_count=30,
                derandomize=not EXAMPLES,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
    print(f"{Sharing.commands} commands")

"""One stack, one simulated Meta and the people around them, and what has to hold all the while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from metapixel_simulator import Simulator
from tests.model import promises
from tests.model.agreement import disagreements
from tests.model.commands import Command
from tests.model.deaths import Death
from tests.model.declarations import ACCOUNTS, TOKENS, Declarations, Pair
from tests.model.engine import Engine, Result
from tests.model.histories import Round
from tests.model.people import Act
from tests.model.plugins import Plugins
from tests.support.example import HARBOUR, NORTHLIGHT, PIXELS

#: After so many undisturbed commands everything has to agree.
ROUNDS = 8
UP = Command("up", refresh=True)
#: What the errors say where the request that the program answers has ended.
_NOTHING_TO_ANSWER = (
    "read sharing request",
    "cannot be answered",
    "There is no sharing request to decline",
)


class Story:
    """A stack from its first program on."""

    commands = 0

    def __init__(self, sim: Simulator, plugins: Plugins, chosen: Mapping[str, object]) -> None:
        sim.reset()
        sim.set(**chosen)
        self.sim = sim
        self.engine = Engine(plugins, {"metapixel:graphUrl": sim.url})
        self.declared = Declarations()
        #: What people shared by hand, and what only a killed command knew of.
        self.unmanaged: set[Pair] = set()
        self.killed = False
        self.ever_asked: set[tuple[str, str]] = set()

    def play(self, each: Round) -> None:
        """Edit, act, let calls fail, and run the command."""
        for edit in each.edits:
            self.declared.apply(edit)
        for act in each.acts:
            if act.do(self.sim) and act.pair not in promises.known(self.engine.state):
                self.unmanaged.add(act.pair)
        for fault in each.faults:
            self.sim.fault(**vars(fault))
        dying = each.dying
        self._run(
            self._only(each),
            each.hasty and self.sim.switches.stale_reads > 0,
            Death(dying.calls, dying.after, dying.of_engine) if dying else None,
            checkpoints=dying.checkpoints if dying else True,
        )
        self.sim.clear_faults()

    def come_to_agree(self) -> None:
        """Run `up --refresh` until nothing changes, and compare everything."""
        self._ask_for_nothing_impossible()
        history: list[Result] = []
        for _ in range(ROUNDS):
            before = self.engine.state.resources
            result = self._run(UP, hasty=False)
            history.append(result)
            if result.ended_well and self.engine.state.resources == before and not self._writes():
                break
            self._decide(result)
        else:
            _assert_none(["there is no end of changes"], *history)
        found = disagreements(self.sim, self.engine.state, self.declared.program(), self.ever_asked)
        if found and self.killed and all("Meta asks for" in each for each in found):
            # A killed command changed what the agency is asked for, and Meta does not return that.
            # As soon as the agency accepts, it has to become what is declared.
            self.killed = False
            self._answer_all("APPROVE")
            self.come_to_agree()
            return
        _assert_none(found, *history)

    def _run(
        self, command: Command, hasty: bool, death: Death | None = None, checkpoints: bool = True
    ) -> Result:
        """Run a command; `hasty`: before the replicas have seen the last write."""
        type(self).commands += 1
        if not hasty:
            self._let_replicas_catch_up()
        self.ever_asked |= promises.asked_of(self.sim)
        before = promises.Before(
            self.engine.state.copy(),
            {request.id for request in self.sim.open_requests()},
            self.ever_asked,
        )
        unmanaged = self.unmanaged | (promises.at_meta(self.sim) - promises.known(before.state))
        self.sim.clear_requests()
        self.sim.on_request = death.look if death else None
        result = self.engine.run(command, self.declared.program(), death, checkpoints)
        self.sim.on_request = None
        self.ever_asked |= promises.asked_of(self.sim)
        after = self.engine.state
        found = list(promises.interruptions(self.sim, result))
        if result.ended_well and not hasty and command.verb != "preview":
            found += promises.untruths(self.sim, before, after, result)
        forgotten = promises.at_meta(self.sim) - promises.known(after)
        if death and death.struck:
            # Only the plugin that died knew of it.
            unmanaged |= forgotten & promises.sent(self.sim)
        unmanaged |= forgotten if hasty else promises.still_asked(self.sim, result)
        self.killed |= result.killed
        self.unmanaged = unmanaged & forgotten
        found += [
            f"Meta has {'/'.join(pair)}, and nobody knows of it" for pair in forgotten - unmanaged
        ]
        if command.verb == "preview" and self._writes():
            found.append(f"a preview sent {self._writes()}")
        _assert_fit_for_people(result)
        _assert_none(found, result)
        return result

    def _only(self, each: Round) -> Command:
        """The command, for one resource alone if that is chosen."""
        held = [it.declared.urn for it in self.engine.state.resources if it.live]
        urns = list(dict.fromkeys(held + [it.urn for it in self.declared.program()]))
        if each.only is None or not urns:
            return each.command
        urn = urns[each.only % len(urns)]
        if each.command.verb == "up" and each.only % 2:
            return replace(each.command, replaces=(urn,))
        return replace(each.command, targets=(urn,), run_program=False)

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
                    self.sim.sharing.read_agencies(pixel)
                    for agency in (NORTHLIGHT, HARBOUR):
                        self.sim.sharing.read_accounts(pixel, agency)
                for request_id in self.sim.world.requests:
                    self.sim.sharing.read_request(request_id)

    def _ask_for_nothing_impossible(self) -> None:
        """Declare no permission on a share that Meta refuses it for by rule."""
        for pixel, account in self.declared.permissions:
            pair = (pixel, ACCOUNTS[account])
            share = self.declared.shares.get(pair)
            if share is not None and share.tasks == ["UPLOAD"]:
                share.tasks = ["ANALYZE", "UPLOAD"]
            elif share is None and self.sim.shares().get(pair) == frozenset({"UPLOAD"}):
                Act("unshare", pair, [], account).do(self.sim)

    def _decide(self, result: Result) -> None:
        """Do what a person does about a refusal that asks for a decision."""
        error = " ".join(result.errors)
        if any(text in error for text in _NOTHING_TO_ANSWER):
            self.declared.answers.clear()
        if "on_existing='overwrite'" in error:
            for share in self.declared.shares.values():
                share.on_existing = "overwrite"
        if "on_existing='adopt'" in error:
            for share in self.declared.shares.values():
                if share.on_existing == "fail":
                    share.on_existing = "adopt"
        if "allow_reshare=True" in error:
            for share in self.declared.shares.values():
                share.allow_reshare = True
        if "could not be withdrawn" in error:
            self._answer_all("DECLINE")
            self.declared.answers.clear()

    def _answer_all(self, status: str) -> None:
        for agency in (NORTHLIGHT, HARBOUR):
            Act(status, (PIXELS[0], agency), [], "").do(self.sim)


def _assert_none(found: list[str], *history: Result) -> None:
    lines = "\n".join(f"{each.command}: {each.lines()}" for each in history)
    assert not found, f"{found}\n{lines}"


def _assert_fit_for_people(result: Result) -> None:
    text = " ".join([result.said, *result.errors])
    assert "this is a bug" not in text, text
    assert "Traceback" not in text, text
    assert not [token for token in TOKENS.values() if token in text]

"""What people do at Meta by hand, behind the back of the program."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_simulator import Simulator
from tests.model.declarations import ACCOUNTS, Pair

#: What people do; the last three are answers to the requests of the agency.
ACTS = (
    "share",
    "ask",
    "unshare",
    "permit",
    "withdraw",
    "a day passes",
    "a month passes",
    "APPROVE",
    "DECLINE",
    "CANCELED",
)


@dataclass(frozen=True)
class Act:
    """An act on a share, on its agency's requests, or on an ad account's permission."""

    what: str
    pair: Pair
    tasks: list[str]
    account: str

    def do(self, sim: Simulator) -> bool:
        """Act, a while ago: every replica has seen it. Return whether a share can come of it."""
        lag = sim.switches.stale_reads
        sim.set(stale_reads=0)
        made = self._do(sim)
        sim.set(stale_reads=lag)
        return made

    def _do(self, sim: Simulator) -> bool:
        pixel, agency = self.pair
        match self.what:
            case "share":
                # An agency that has a pixel of the owner's has accepted to work with the owner.
                self._answer(sim, "APPROVE")
                sim.world.relationships.add((sim.world.pixels[pixel].owner, agency))
                sim.share(pixel, agency, self.tasks)
                return True
            case "ask":
                with sim.lock:
                    if self.pair not in sim.shares():
                        sim.sharing.share(pixel, agency, tuple(self.tasks))
                return True
            case "unshare":
                sim.unshare(pixel, agency)
            case "permit":
                if sim.world.tasks_of(pixel, ACCOUNTS[self.account]):
                    sim.permit(pixel, ACCOUNTS[self.account], self.account)
            case "withdraw":
                sim.withdraw(pixel, ACCOUNTS[self.account], self.account)
            case "a day passes":
                sim.advance(days=1)
            case "a month passes":
                sim.advance(days=31)
            case status:
                self._answer(sim, status)
        return False

    def _answer(self, sim: Simulator, status: str) -> None:
        for request in sim.open_requests():
            if request.agency == self.pair[1]:
                sim.answer(request.id, status)

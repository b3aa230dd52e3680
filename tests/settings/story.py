"""The life of two shares and a permission, and the people who approve and accept them.

The lifecycle methods run against the simulator without an engine, in the order in which the engine
calls them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from metapixel_provider.errors import MetaPixelError
from metapixel_provider.graph.client import Client, Patience
from metapixel_provider.graph.credentials import Credentials
from metapixel_provider.sharing import asset
from metapixel_provider.sharing.lifecycle import Lifecycle, Properties
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.permission.lifecycle import PixelAdAccountPermissionLifecycle
from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle
from metapixel_simulator import Simulator
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL

#: Short pauses, and no waits for a rate limit.
_QUICK = Patience(
    timeout=5.0,
    first_pause=0.001,
    longest_pause=0.005,
    limit_wait=0.01,
    first_read_pause=0.001,
    lag=0.001,
)
#: The number of runs after which everything that people approved must be active.
_RUNS = 4

Settings = Mapping[str, object]


class WrongError(AssertionError):
    """The state differs from Meta, or a run that should succeed has no effect."""


@dataclass
class Story:
    """A program that grants access, revokes a task, and is emptied."""

    sim: Simulator
    state: dict[str, Properties] = field(default_factory=dict)

    def play(self) -> None:
        """Play the whole story.

        Raises MetaPixelError for a refusal that no person can resolve, and WrongError.
        """
        first = self._program("ANALYZE", "UPLOAD")
        self._converge(first, ("ANALYZE", "UPLOAD"))
        fewer = self._program("ANALYZE")
        self._converge(fewer, ("ANALYZE",))
        self.end()

    def end(self) -> None:
        """Empty the program. Raise WrongError if access is left, or can still be approved."""
        self._converge({}, ())
        sim = self.sim
        if sim.shares() or sim.permissions() or sim.open_requests() or sim.approve():
            raise WrongError("access exists after the last deletion")

    def _program(self, *tasks: str) -> dict[str, tuple[Lifecycle, Properties]]:
        shares = AgencyShareLifecycle(asset.PIXEL)
        declared: dict[str, tuple[Lifecycle, Properties]] = {}
        for name, agency in (("partner", NORTHLIGHT), ("stranger", HARBOUR)):
            inputs = {
                "pixel_id": PIXEL,
                "agency_business_id": agency,
                "permitted_tasks": list(tasks),
                "allow_reshare": True,
            }
            declared[name] = shares, shares.check({}, inputs).inputs
        permissions = PixelAdAccountPermissionLifecycle()
        account: Properties = {
            "pixel_id": PIXEL,
            "business_id": NORTHLIGHT,
            "ad_account_id": NORTHLIGHT_ACCOUNT,
        }
        declared["account"] = permissions, permissions.check({}, account).inputs
        return declared

    def _converge(
        self, program: Mapping[str, tuple[Lifecycle, Properties]], tasks: tuple[str, ...]
    ) -> None:
        """Run the program, let people act, and refresh, until the access is as declared."""
        refused: MetaPixelError | None = None
        for _ in range(_RUNS):
            refused = None
            for step in self._steps(program):
                try:
                    step()
                except MetaPixelError as error:
                    refused = error
            self._people_act()
            self._refresh()
            if refused is None and self._is_settled(program, tasks):
                return
        raise refused or WrongError(f"after {_RUNS} runs, the state is {self._statuses()}")

    def _steps(self, program: Mapping[str, tuple[Lifecycle, Properties]]) -> Iterator[_Step]:
        for name, (lifecycle, inputs) in program.items():
            yield _Step(self, name, lifecycle, inputs)
        for name in reversed([name for name in self.state if name not in program]):
            yield _Step(self, name, self._lifecycle(name), None)

    def _people_act(self) -> None:
        self.sim.approve()
        for request in self.sim.open_requests():
            self.sim.answer(request.id, "approve")

    def _refresh(self) -> None:
        for name, outputs in list(self.state.items()):
            lifecycle = self._lifecycle(name)
            key = lifecycle.key(outputs)
            try:
                found = lifecycle.read(self.meta(name), str(key), outputs)
            except MetaPixelError:
                continue
            if found.deleted:
                del self.state[name]
            else:
                self.state[name] = found.outputs
        self._check_truth()

    def _check_truth(self) -> None:
        for name, outputs in self.state.items():
            if outputs["status"] != "ACTIVE" or self.sim.switches.stale_reads:
                continue
            pair = PIXEL, str(outputs.get("agency_business_id"))
            granted = outputs.get("granted_tasks")
            exists = (
                bool(self.sim.permissions())
                if name == "account"
                else self.sim.shares().get(pair) == frozenset(map(str, granted or ()))  # type: ignore[call-overload]
            )
            if not exists:
                raise WrongError(f"{name} is recorded as ACTIVE, and Meta does not have it")

    def _is_settled(self, program: Mapping[str, object], tasks: tuple[str, ...]) -> bool:
        if self._statuses() != dict.fromkeys(program, "ACTIVE"):
            return False
        return all(set(tasks) == held for held in self.sim.shares().values())

    def _statuses(self) -> dict[str, object]:
        return {name: outputs["status"] for name, outputs in self.state.items()}

    def _lifecycle(self, name: str) -> Lifecycle:
        if name == "account":
            return PixelAdAccountPermissionLifecycle()
        return AgencyShareLifecycle(asset.PIXEL)

    def meta(self, name: str) -> Meta:
        """Return Meta with new reads, as in a new process, with the token of a resource."""
        token = "northlight-token" if name == "account" else "owner-token"
        return Meta(Client(Credentials(token), self.sim.url, patience=_QUICK))


@dataclass(frozen=True)
class _Step:
    """The operation on one resource. `inputs` is None for a deletion."""

    story: Story
    name: str
    lifecycle: Lifecycle
    inputs: Properties | None

    def __call__(self) -> None:
        state, meta = self.story.state, self.story.meta(self.name)
        before = state.get(self.name)
        if self.inputs is None:
            assert before is not None
            self.lifecycle.delete(meta, str(self.lifecycle.key(before)), before)
            del state[self.name]
        elif before is None:
            state[self.name] = self.lifecycle.create(meta, self.inputs).outputs
        else:
            difference = self.lifecycle.difference(before, self.inputs)
            if difference.inputs_changed or difference.needs_update:
                state[self.name] = self.lifecycle.update(meta, before, self.inputs).outputs

"""Meta and the engine's state at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metapixel_simulator import SharingRequest, Simulator
from tests.histories.estate import Key, named
from tests.histories.resources import name_of

SHARE = "PixelAgencyShare"
RESPONSE = "PixelSharingRequestResponse"
STANDING = "PixelSharingStandingResponse"


@dataclass(frozen=True)
class Record:
    """A resource in the state of a stack.

    `mark`: `to be deleted` once its replacement exists, `to be replaced` while it was deleted and
    its replacement does not exist yet.
    """

    urn: str
    id: str
    inputs: Mapping[str, object]
    outputs: Mapping[str, object]
    mark: str = ""
    retains: bool = False

    @property
    def name(self) -> str:
        return name_of(self.urn)

    @property
    def kind(self) -> str:
        """The class of the resource."""
        return self.urn.split("::")[2].rpartition(":")[2]

    @property
    def key(self) -> Key:
        """The access that the resource gives, empty for a response."""
        return () if self.kind in (RESPONSE, STANDING) else tuple(self.id.split("/"))

    @property
    def status(self) -> object:
        return self.outputs.get("status")

    @property
    def request_id(self) -> str:
        return str(self.outputs.get("pending_request_id") or "")

    @property
    def awaits_approval(self) -> bool:
        """Whether another admin has to approve the last write."""
        return self.outputs.get("requires_admin_approval") is True

    def tasks(self, output: str) -> frozenset[str]:
        """The tasks in an output or input, without the one that Meta adds by itself."""
        found = {**self.inputs, **self.outputs}.get(output)
        return frozenset(map(str, found if isinstance(found, list) else ())) - {"AA_ANALYZE"}


@dataclass(frozen=True)
class Meta:
    """Shares with the tasks that Meta returns, permissions, and all requests, ended ones too."""

    shares: dict[tuple[str, str], frozenset[str]]
    permissions: set[Key]
    requests: dict[str, SharingRequest]

    @classmethod
    def of(cls, sim: Simulator) -> Meta:
        with sim.lock:
            requests = {each: sim.request(each) for each in sim.world.requests}
            shares = {
                key: frozenset(sim.switches.with_implied(tasks))
                for key, tasks in sim.shares().items()
            }
            return cls(shares, set(sim.permissions()), requests)

    def active(self, key: Key) -> frozenset[str] | None:
        """The tasks of a share, None where there is none."""
        pixel, agency = key[:2]
        return self.shares.get((pixel, agency))

    def waiting(self, key: Key) -> SharingRequest | None:
        """The open request that holds the pixel of a share."""
        pixel, agency = key[:2]
        for request in self.requests.values():
            if request.is_open and request.agency == agency and pixel in request.pixels:
                return request
        return None

    def access(self, key: Key) -> str:
        """The access of a share or permission in words, empty where there is none.

        Without its share, nothing can be done with a permission, and Meta does not return it.
        """
        tasks = self.active(key)
        if len(key) == 3:
            return named(key) if key in self.permissions and tasks is not None else ""
        if tasks is not None:
            return f"{named(key)} for {', '.join(sorted(tasks))}"
        request = self.waiting(key)
        if request is not None:
            asked = ", ".join(sorted(request.pixels[key[0]]))
            return f"open request {request.id}, {named(key)} for {asked}"
        return ""

    def keys(self) -> set[Key]:
        """Everything that exists or waits."""
        waiting = {
            (pixel, request.agency)
            for request in self.requests.values()
            if request.is_open
            for pixel in request.pixels
        }
        return {*self.shares, *filter(self.access, self.permissions), *waiting}


@dataclass(frozen=True)
class Moment:
    """Meta and the records in the state, at the same moment."""

    meta: Meta
    records: tuple[Record, ...] = ()

    @property
    def keys(self) -> set[Key]:
        """The access that the state has, whatever its status."""
        return {record.key for record in self.records if record.key}

    @property
    def unknown(self) -> set[Key]:
        """The access that Meta has and the state has not."""
        return self.meta.keys() - self.keys

    def live(self, urns: tuple[str, ...]) -> Record | None:
        """The record of a resource with one of these URNs."""
        found = (each for each in self.records if each.mark != "to be deleted")
        return next((each for each in found if each.urn in urns), None)

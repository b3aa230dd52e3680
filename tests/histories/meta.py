"""The access that exists at the simulated Meta at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_simulator import SharingRequest, Simulator
from tests.histories.estate import Key, named


@dataclass(frozen=True)
class Meta:
    """Shares with their tasks, permissions, and all requests by id, ended ones too."""

    shares: dict[tuple[str, str], frozenset[str]]
    permissions: set[Key]
    requests: dict[str, SharingRequest]

    @classmethod
    def of(cls, sim: Simulator) -> Meta:
        with sim.lock:
            requests = {each: sim.request(each) for each in sim.world.requests}
            return cls(sim.shares(), set(sim.permissions()), requests)

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
        """The access of a share or permission in words, empty where there is none."""
        if len(key) == 3:
            return named(key) if key in self.permissions else ""
        tasks = self.active(key)
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
        return {*self.shares, *self.permissions, *waiting}

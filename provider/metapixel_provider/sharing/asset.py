"""What can be shared with an agency: the kinds of asset, and one asset of a kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metapixel_provider.sharing.tasks import Task, settable


@dataclass(frozen=True)
class Kind:
    """A kind of asset that Meta shares by an `agencies` edge.

    `name` is its word in messages, `input` the input of a share that holds the asset's id, `tasks`
    are those that can be permitted on it in their order, `edge` is the edge of its agencies, and
    `owner` the field with the business that owns it.
    """

    name: str
    input: str
    tasks: tuple[Task, ...]
    edge: str = "agencies"
    owner: str = "owner_business"

    @property
    def key(self) -> tuple[str, str]:
        """The inputs that make a share of such an asset what it is."""
        return self.input, "agency_business_id"

    def settable(self, tasks: Iterable[object]) -> tuple[Task, ...]:
        """See `tasks.settable`."""
        return settable(tasks, self.tasks)


#: The guide, step 1.
PIXEL = Kind("pixel", "pixel_id", (Task.ANALYZE, Task.UPLOAD, Task.ADVERTISE, Task.EDIT))


@dataclass(frozen=True)
class Asset:
    """One asset that Meta has, such as a pixel."""

    kind: Kind
    id: str

    @property
    def path(self) -> str:
        """The path of its node."""
        return self.id

    @property
    def agencies(self) -> str:
        """The path of its agencies."""
        return f"{self.path}/{self.kind.edge}"

    @property
    def title(self) -> str:
        """The asset at the beginning of a sentence."""
        return str(self).capitalize()

    def __str__(self) -> str:
        return f"{self.kind.name} {self.id}"

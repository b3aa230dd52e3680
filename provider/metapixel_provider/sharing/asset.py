"""Assets that can be shared with an agency, and their kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.tasks import Task


@dataclass(frozen=True)
class Kind:
    """A kind of asset with an `agencies` edge in the Graph API.

    `name` is the word for such an asset in messages. `input` is the name of the input with the
    asset's id. `tasks` are the tasks that can be permitted on the asset, in order. `edge` is the
    edge that lists the asset's agencies. `owner` is the field that contains the business that owns
    the asset. `digits` converts an id to digits, or raises ValueError. `prefix` precedes the digits
    in paths.
    """

    name: str
    input: str
    tasks: tuple[Task, ...]
    edge: str = "agencies"
    owner: str = "owner_business"
    digits: Callable[[object], str] = field(default=ids.digits, repr=False)
    prefix: str = ""

    @property
    def name_output(self) -> str:
        return f"{self.input.removesuffix('_id')}_name"


#: Source: the guide, step 1.
PIXEL = Kind("pixel", "pixel_id", (Task.ANALYZE, Task.UPLOAD, Task.ADVERTISE, Task.EDIT))


@dataclass(frozen=True)
class Asset:
    """An asset at Meta, such as a pixel. `id` consists of digits."""

    kind: Kind
    id: str

    @property
    def path(self) -> str:
        return f"{self.kind.prefix}{self.id}"

    @property
    def agencies(self) -> str:
        return f"{self.path}/{self.kind.edge}"

    @property
    def title(self) -> str:
        """The name of the asset for the beginning of a sentence."""
        return str(self).capitalize()

    def __str__(self) -> str:
        return f"{self.kind.name} {self.id}"

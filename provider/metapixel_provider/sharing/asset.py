"""What can be shared with an agency: the kinds of asset, and one asset of a kind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of asset that Meta shares by an `agencies` edge.

    `name` is its word in messages, `input` the input of a share that holds the asset's id, `edge`
    the edge of its agencies, and `owner` the field with the business that owns it.
    """

    name: str
    input: str
    edge: str = "agencies"
    owner: str = "owner_business"

    @property
    def key(self) -> tuple[str, str]:
        """The inputs that make a share of such an asset what it is."""
        return self.input, "agency_business_id"


PIXEL = Kind("pixel", "pixel_id")


@dataclass(frozen=True)
class Asset:
    """One asset that Meta has, such as a pixel."""

    kind: Kind
    id: str

    @property
    def agencies(self) -> str:
        """The path of its agencies."""
        return f"{self.id}/{self.kind.edge}"

    @property
    def title(self) -> str:
        """The asset at the beginning of a sentence."""
        return str(self).capitalize()

    def __str__(self) -> str:
        return f"{self.kind.name} {self.id}"

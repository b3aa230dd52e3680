"""The data that `metapixel access` reads: estates at Meta, and states of stacks."""

from __future__ import annotations

from dataclasses import dataclass

from metapixel_cli.stacks.export import StackResource
from metapixel_provider.sharing.estate.estate import Estate, ReadOutcome


@dataclass(frozen=True)
class EstateRead:
    """An estate, and the name of the user whose token read the estate."""

    estate: Estate
    token_of: str


@dataclass(frozen=True)
class StackRead:
    """Our resources in a stack. Unless the outcome is `READ`, some or all of them are missing.

    `killed` are resources whose creation a killed run did not complete. A later run may have
    recorded them among the `resources`.
    """

    name: str
    resources: tuple[StackResource, ...] = ()
    outcome: ReadOutcome = ReadOutcome.READ
    reason: str = ""
    killed: tuple[StackResource, ...] = ()


@dataclass(frozen=True)
class Observed:
    """Everything that was read."""

    estates: tuple[EstateRead, ...]
    stacks: tuple[StackRead, ...] = ()
    address: str = ""
    """The address of the Graph API that was read."""

    @property
    def agency_business_id(self) -> str:
        """The agency that read the estates, or an empty string if their owners did."""
        return next((read.estate.agency_business_id for read in self.estates), "")

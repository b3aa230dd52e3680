"""The programs that the model declares: shares, answers and permissions of the example world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from metapixel_provider.sharing.lifecycle import Properties
from tests.model.engine import Declared, Outputs, Program

PIXELS = ("1290034567800001", "1290034567800002")
NORTHLIGHT, HARBOUR = "2002345678900222", "3003456789000333"
AGENCIES = (NORTHLIGHT, HARBOUR)
ACCOUNTS = {
    "507700000000221": NORTHLIGHT,
    "507700000000222": NORTHLIGHT,
    "607700000000331": HARBOUR,
}
#: Credential sets by the business that they act for; the owner's is the default one.
SETS = {NORTHLIGHT: "northlight", HARBOUR: "harbour"}
TOKENS = {"": "owner-token", "northlight": "northlight-token", "harbour": "harbour-token"}

Pair = tuple[str, str]


@dataclass
class DeclaredShare:
    """A share as the program writes it; `name` is what it is called there."""

    name: str
    tasks: list[str]
    on_existing: str = "overwrite"
    resend: int = 0
    reason: str = ""

    def inputs(self, pixel: str, agency: str) -> Properties:
        return {
            "pixel_id": pixel,
            "agency_business_id": agency,
            "permitted_tasks": list(self.tasks),
            "on_existing": self.on_existing,
            "resend": self.resend,
            "reason": self.reason or None,
        }


@dataclass
class Declarations:
    """What a person has written down so far."""

    shares: dict[Pair, DeclaredShare] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    permissions: set[tuple[str, str]] = field(default_factory=set)

    def program(self) -> Program:
        """The program, in the order of its dependencies."""
        return dict(self._resources())

    def _resources(self) -> Iterator[tuple[str, Declared]]:
        for (pixel, agency), share in self.shares.items():
            yield share.name, Declared("share", share.inputs(pixel, agency))
        for pixel, answer in self.answers.items():
            share = self.shares.get((pixel, HARBOUR))
            if share is not None:
                yield f"answer-{pixel}", _answer(share.name, answer)
        for pixel, account in sorted(self.permissions):
            business = ACCOUNTS[account]
            inputs: Properties = {
                "pixel_id": pixel,
                "business_id": business,
                "ad_account_id": f"act_{account}",
                "credentials": SETS[business],
            }
            yield f"permission-{pixel}-{account}", Declared("permission", inputs)


def _answer(share: str, answer: str) -> Declared:
    def inputs(outputs: Outputs) -> Properties:
        return {
            "request_id": outputs[share]["pending_request_id"],
            "request_status": answer,
            "credentials": "harbour",
        }

    return Declared("response", inputs)

"""What a person has written down so far, as a program that the engines run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.model.programs import Output, Program, Resource, permission, response, share
from tests.support.example import (
    HARBOUR,
    HARBOUR_ACCOUNT,
    NORTHLIGHT,
    NORTHLIGHT_ACCOUNT,
    NORTHLIGHT_ACCOUNT_2,
)

ACCOUNTS = {
    NORTHLIGHT_ACCOUNT: NORTHLIGHT,
    NORTHLIGHT_ACCOUNT_2: NORTHLIGHT,
    HARBOUR_ACCOUNT: HARBOUR,
}
#: Credential sets by the business that they act for; the owner's is the default one.
SETS = {NORTHLIGHT: "northlight", HARBOUR: "harbour"}
TOKENS = {
    "META_ACCESS_TOKEN": "owner-token",
    "META_ACCESS_TOKEN_NORTHLIGHT": "northlight-token",
    "META_ACCESS_TOKEN_HARBOUR": "harbour-token",
}

#: Ways to edit a program.
EDITS = (
    "share",
    "rename",
    "drop",
    "move",
    "resend",
    "reason",
    "delete first",
    "answer",
    "decline",
    "permission",
)

#: A pixel and an agency.
Pair = tuple[str, str]


@dataclass
class DeclaredShare:
    """A share as the program writes it; `name` is its name there."""

    name: str
    tasks: list[str]
    on_existing: str = "overwrite"
    resend: int = 0
    reason: str = ""
    allow_reshare: bool = False
    delete_first: bool = False

    def resource(self, pixel: str, agency: str) -> Resource:
        return share(
            self.name,
            pixel,
            agency,
            *self.tasks,
            delete_first=self.delete_first,
            on_existing=self.on_existing,
            resend=self.resend,
            reason=self.reason or None,
            allow_reshare=self.allow_reshare or None,
        )


@dataclass(frozen=True)
class Edit:
    """An edit of the program: of the share `pair`, its answer, or a permission on its pixel."""

    what: str
    pair: Pair
    tasks: list[str]
    on_existing: str
    to: Pair
    account: str


@dataclass
class Declarations:
    """The shares by what they share, the answers by pixel, and the permissions."""

    shares: dict[Pair, DeclaredShare] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    permissions: set[tuple[str, str]] = field(default_factory=set)
    _names: int = 0

    def apply(self, edit: Edit) -> None:
        """Edit the program; a share that is to be edited and is not declared yet is declared."""
        pixel = edit.pair[0]
        match edit.what:
            case "permission":
                self.permissions ^= {(pixel, edit.account)}
            case "answer" | "decline":
                answer = "APPROVE" if edit.what == "answer" else "DECLINE"
                if self.answers.pop(pixel, None) != answer:
                    self.answers[pixel] = answer
            case "drop":
                self.shares.pop(edit.pair, None)
            case _ if edit.pair in self.shares:
                self._change(edit, self.shares[edit.pair])
            case _:
                name = self._new_name()
                self.shares[edit.pair] = DeclaredShare(name, edit.tasks, edit.on_existing)

    def _change(self, edit: Edit, share: DeclaredShare) -> None:
        match edit.what:
            case "rename":
                share.name = self._new_name()
            case "resend":
                share.resend += 1
            case "reason":
                share.reason = self._new_name()
            case "delete first":
                share.delete_first = not share.delete_first
            case "move":
                # Two shares are swapped.
                other = self.shares.pop(edit.to, None)
                self.shares.pop(edit.pair, None)
                self.shares[edit.to] = share
                if other is not None and edit.to != edit.pair:
                    self.shares[edit.pair] = other
            case _:
                share.tasks = edit.tasks

    def _new_name(self) -> str:
        self._names += 1
        return f"share-{self._names}"

    def program(self) -> Program:
        """The program, in the order of its dependencies."""
        return Program(tuple(self._resources()))

    def _resources(self) -> Iterator[Resource]:
        for (pixel, agency), declared in self.shares.items():
            yield declared.resource(pixel, agency)
        for pixel, answer in self.answers.items():
            asked = self.shares.get((pixel, HARBOUR))
            if asked is not None:
                request = Output(asked.name, "pending_request_id")
                yield response(f"answer-{pixel}", request, answer, credentials="harbour")
        for pixel, account in sorted(self.permissions):
            business = ACCOUNTS[account]
            shared = self.shares.get((pixel, business))
            after = (shared.name,) if shared else ()
            yield permission(
                f"permission-{pixel}-{account}",
                pixel,
                business,
                f"act_{account}",
                *after,
                credentials=SETS[business],
            )

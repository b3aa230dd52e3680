"""The acts: the provider's own lifecycles on the pixel, without the engine.

Each act is played at Meta, and later at a simulator. After each write, the resource is read until
no result can be from before the write. The result of a step contains no ids, names and tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from metapixel_cli.probe.errors import InconclusiveError
from metapixel_cli.probe.journal import PERMITTED, Target
from metapixel_cli.probe.pixel import Pixel
from metapixel_cli.probe.questions import Effect
from metapixel_provider.errors import (
    GraphError,
    MetaPixelError,
    OutcomeUnknownError,
    RateLimitedError,
)
from metapixel_provider.graph.client import Client
from metapixel_provider.sharing.asset import PIXEL
from metapixel_provider.sharing.contract import Lifecycle, Outcome, Properties
from metapixel_provider.sharing.meta import Meta
from metapixel_provider.sharing.permission.lifecycle import PixelAdAccountPermissionLifecycle
from metapixel_provider.sharing.response.lifecycle import PixelSharingRequestResponseLifecycle
from metapixel_provider.sharing.share.lifecycle import AgencyShareLifecycle
from metapixel_provider.sharing.status import ShareStatus

#: The number of old results that an act expects if no delay is known. The provider repeats an
#: unexpected read itself.
OLD_RESULTS = 4
_WITHDRAWN, _ABSENT = "the permission is withdrawn", "absent"

Value = TypeVar("Value")


@dataclass(frozen=True)
class Stage:
    """One of the two sides, Meta or the simulator.

    `owner` and `agency` are the clients with their tokens. `settled` repeats a read until no result
    can be from before the last write. `results` contains the result of each step.
    """

    target: Target
    owner: Client
    agency: Client | None
    settled: Callable[[Callable[[], Outcome]], Outcome]
    results: dict[str, str] = field(default_factory=dict)


class _Ended(Exception):  # noqa: N818 - an act that cannot go on is no error
    """A step was refused, so the act ends."""


class _Resource:
    """A resource of the provider that an act works on.

    Each operation reads from Meta again, like a new process.
    """

    def __init__(
        self, stage: Stage, client: Client, lifecycle: Lifecycle, **inputs: object
    ) -> None:
        self._stage = stage
        self._client = client
        self._lifecycle = lifecycle
        self._inputs = self._checked(inputs)
        self._id = lifecycle.key(self._inputs) or ""
        self.outputs: Properties = {}

    def create(self, step: str) -> None:
        self._write(step, lambda meta: self._lifecycle.create(meta, self._inputs))

    def update(self, step: str, **inputs: object) -> None:
        self._inputs = self._checked(self._inputs | inputs)
        self._write(step, lambda meta: self._lifecycle.update(meta, self.outputs, self._inputs))

    def delete(self, step: str) -> None:
        self._try(step, lambda: self._lifecycle.delete(Meta(self._client), self._id, self.outputs))
        self.read(step)

    def read(self, step: str) -> None:
        def read() -> Outcome:
            return self._lifecycle.read(Meta(self._client), self._id, self.outputs)

        found = self._try(step, lambda: self._stage.settled(read))
        self.outputs = dict(found.outputs)
        self._stage.results[step] = _text(self.outputs, self._inputs)

    def _checked(self, inputs: Properties) -> Properties:
        checked = self._lifecycle.check(inputs)
        if checked.problems:
            raise InconclusiveError("the provider refused the inputs of the act")
        return checked.inputs

    def _write(self, step: str, write: Callable[[Meta], Outcome]) -> None:
        self.outputs = dict(self._try(step, lambda: write(Meta(self._client))).outputs)
        self.read(step)

    def _try(self, step: str, operation: Callable[[], Value]) -> Value:
        try:
            return operation()
        except (OutcomeUnknownError, RateLimitedError):
            raise InconclusiveError("Meta limited some calls, or did not answer them") from None
        except MetaPixelError as error:
            code = f", code {error.fault.code}" if isinstance(error, GraphError) else ""
            self._stage.results[step] = f"refused: {type(error).__name__}{code}"
            raise _Ended from None


def _decline(stage: Stage) -> None:
    """Ask the agency, which declines. Ask it again, and withdraw the request."""
    share = _shared(stage)
    _answer(stage, share, "DECLINE", "the agency declines")
    share.update("the agency is asked again", resend="2")
    share.delete("the request is withdrawn")


def _accept(stage: Stage) -> None:
    """Share the pixel, which the agency accepts if it has to, and permit an ad account."""
    share = _shared(stage)
    if share.outputs.get("pending_request_id"):
        _answer(stage, share, "APPROVE", "the agency accepts")
    if share.outputs.get("status") != ShareStatus.ACTIVE:
        raise _Ended
    target = stage.target
    if stage.agency and target.ad_account:
        permission = _Resource(
            stage,
            stage.agency,
            PixelAdAccountPermissionLifecycle(),
            pixel_id=target.pixel,
            business_id=target.agency,
            ad_account_id=target.ad_account,
        )
        permission.create("the ad account is permitted")
        permission.delete(_WITHDRAWN)
    share.update("the tasks are replaced", permitted_tasks=["ANALYZE", "ADVERTISE"])
    share.delete("the share ends")


def _shared(stage: Stage) -> _Resource:
    share = _Resource(
        stage,
        stage.owner,
        AgencyShareLifecycle(PIXEL),
        pixel_id=stage.target.pixel,
        agency_business_id=stage.target.agency,
        permitted_tasks=["ANALYZE", "UPLOAD"],
    )
    share.create("the pixel is shared")
    return share


def _answer(stage: Stage, share: _Resource, answer: str, step: str) -> None:
    request = share.outputs.get("pending_request_id")
    if not request or stage.agency is None:
        raise _Ended
    response = _Resource(
        stage,
        stage.agency,
        PixelSharingRequestResponseLifecycle(),
        request_id=request,
        request_status=answer,
        owner_business_id=stage.target.owner,
        agency_business_id=stage.target.agency,
    )
    response.create(step)
    share.read(f"{step}, as the owner sees it")


@dataclass(frozen=True)
class Act:
    """An act, and its greatest effect without an ad account."""

    name: str
    steps: Callable[[Stage], None]
    effect: Effect

    def play(self, stage: Stage) -> dict[str, str]:
        """Return the result of each step. Raise InconclusiveError if Meta does not answer."""
        with suppress(_Ended):
            self.steps(stage)
        return stage.results

    def play_at_meta(self, pixel: Pixel) -> dict[str, str]:
        """Return the result of each step at Meta. Raise NotRunError and InconclusiveError."""
        settled = partial(pixel.settled, unknown=OLD_RESULTS)
        results = self.play(Stage(pixel.target, pixel.owner, pixel.agency, settled))
        if results.get(_WITHDRAWN) == _ABSENT:
            pixel.journal.note(PERMITTED, False)
        return results


#: The act in which the agency declines a request, and the act in which it accepts one.
DECLINE = Act("decline", _decline, Effect.REQUEST)
ACCEPT = Act("accept", _accept, Effect.SHARE)


def _text(outputs: Properties, inputs: Properties) -> str:
    """Return outputs without their ids, names and dates."""
    shown = []
    for name, value in outputs.items():
        if isinstance(value, list):
            value = " ".join(sorted(map(str, value)))
        elif name.endswith(("_id", "_name", "_on")):
            value = "yes" if value else "no"
        if name not in inputs:
            shown.append(f"{name} {value}")
    return ", ".join(shown) or _ABSENT

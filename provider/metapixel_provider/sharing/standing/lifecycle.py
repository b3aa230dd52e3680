"""The operations on a standing response (guide, step 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metapixel_provider.errors import RefusedError
from metapixel_provider.sharing.contract import (
    NOTHING_DECLARED,
    Checked,
    Declarations,
    Difference,
    Lifecycle,
    Notice,
    Outcome,
    Properties,
    changed,
)
from metapixel_provider.sharing.resources import RESPONSE, STANDING
from metapixel_provider.sharing.response.notices import contradicts_a_decline
from metapixel_provider.sharing.standing import act, decide, notices
from metapixel_provider.sharing.standing.declared import (
    StandingInputs,
    StandingState,
    same_business,
)
from metapixel_provider.sharing.status import RequestResponse

if TYPE_CHECKING:
    from metapixel_provider.errors import MetaPixelError
    from metapixel_provider.sharing.meta import Meta


class PixelSharingStandingResponseLifecycle(Lifecycle):
    """See `Lifecycle`. Only the owner can end access, so a deletion changes nothing at Meta."""

    ends_access = False

    def __init__(self) -> None:
        super().__init__(STANDING)

    def check(self, new: Properties, declarations: Declarations = NOTHING_DECLARED) -> Checked:
        """See `Lifecycle.check`. The program must not decline a request of the same owner."""
        checked = super().check(new, declarations)
        problems = [*checked.problems, *same_business(checked.inputs)]
        pair = self.key(checked.inputs)
        for answer in declarations.every(RESPONSE.name):
            same = pair is not None and self.key(answer) == pair
            if same and answer.get("request_status") == RequestResponse.DECLINE:
                problems.append(contradicts_a_decline("owner_business_id", answer))
        return Checked(checked.inputs, tuple(problems))

    def difference(
        self,
        outputs: Properties,
        inputs: Properties,
        declarations: Declarations = NOTHING_DECLARED,
    ) -> Difference:
        """See `Lifecycle.difference`. The statuses `OPEN` and `UNCONFIRMED` need an update."""
        replaces = changed(STANDING.key, outputs, inputs)
        local = changed(STANDING.changeable, outputs, inputs)
        last_day = inputs.get("expires_on")
        ended = isinstance(last_day, str) and decide.has_ended(last_day)
        due = StandingState.of(outputs).status in decide.UNFINISHED and not ended
        told = (notices.as_recorded(StandingInputs.of(outputs)),) if due and not replaces else ()
        return Difference(bool(replaces or local), due, replaces, told)

    def create(
        self,
        meta: Meta,
        inputs: Properties,
        ours: bool = False,
        refreshed: Properties | None = None,
    ) -> Outcome:
        """Accept the open requests of the owner. If none is open, send nothing."""
        before = None if refreshed is None else StandingState.of(refreshed)
        return _outcome(inputs, *act.accept(meta, StandingInputs.of(inputs), before))

    def read(self, meta: Meta, resource_id: str, recorded: Properties) -> Outcome:
        """Read the requests of the owner. A standing response exists even without a request.

        If Meta does not filter by owner, the record does not change, and a notice reports this.
        """
        declared = StandingInputs.by_id(resource_id, recorded)
        before = StandingState.of(recorded) if "status" in recorded else None
        try:
            state, told = act.read(meta, declared, before)
        except RefusedError as error:
            state, told = before or StandingState(), (Notice(str(error)),)
        inputs = self.declared({**recorded, **dict(zip(STANDING.key, declared.pair, strict=True))})
        outputs = inputs | state.properties()
        return Outcome(declared.id, outputs, told, inputs=inputs)

    def update(self, meta: Meta, outputs: Properties, inputs: Properties) -> Outcome:
        """Accept open requests if the status is `OPEN` or `UNCONFIRMED`. Otherwise call nothing."""
        before = StandingState.of(outputs)
        if before.status not in decide.UNFINISHED:
            return _outcome(inputs, before, ())
        return _outcome(inputs, *act.accept(meta, StandingInputs.of(inputs), before))

    def removed(self, recorded: Properties) -> tuple[Notice, ...]:
        return (notices.takes_nothing_away(StandingInputs.of(recorded)),)

    def unconfirmed(self, inputs: Properties, error: MetaPixelError) -> Outcome:
        """Raise the error. Nothing is lost, because a deletion changes nothing at Meta."""
        raise error


def _outcome(inputs: Properties, state: StandingState, told: tuple[Notice, ...]) -> Outcome:
    return Outcome(StandingInputs.of(inputs).id, inputs | state.properties(), told)

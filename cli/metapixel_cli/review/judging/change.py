"""The change of a grant: the flat view of a judged pair, as the JSON document has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from metapixel_cli.grants.grant import Grant, Key
from metapixel_cli.review.judging.effects import Acceptance, Effect, has_passed
from metapixel_cli.review.judging.moves import Move, component_type, move
from metapixel_cli.review.judging.pair import Pair
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS
from metapixel_provider.sharing.status import ShareStatus


@dataclass(frozen=True)
class Change:
    """The access of one agency, or of one of its ad accounts, to one pixel.

    A share that the agency has not accepted grants nothing yet. *Before* then has the tasks of the
    request and its outcome, and *after* has the tasks that the agency will be asked to accept.
    """

    agency_id: str | None
    """The agency, or the business that has the ad account. Digits; null if the preview does not
    contain it."""
    agency_name: str
    """The agency's name as Meta returned it, not escaped; empty if the preview has none."""
    pixel_id: str | None
    """The digits of the pixel's id; null if the preview does not contain it."""
    pixel_name: str
    """The pixel's name as Meta returned it, not escaped; empty if the preview has none."""
    ad_account_id: str | None
    """The digits of the ad account that has the permission; empty for the share of the agency, null
    if the preview does not contain the ad account."""
    urn: str
    """A URN that keeps this change apart from others while an id is null. Otherwise empty."""
    effect: Effect
    """The effect of the change. `refused`: the update will fail. `removed-after-end-date`: the
    update removes the share, whose expires_on has passed."""
    widens: bool
    """True if the agency can do more, or for longer. An unknown change counts too."""
    narrows: bool
    """True if the agency can do less, or for a shorter time."""
    removes: bool
    """True if the agency loses the pixel, or the ad account its permission."""
    before: Grant
    after: Grant
    """The declared access, assuming that everybody who must accept has accepted."""
    gains: tuple[str, ...]
    """Tasks that were neither granted nor requested. Tasks of an unconfirmed share that the update
    sends again count too."""
    loses: tuple[str, ...]
    withdraws: tuple[str, ...]
    """Tasks that were requested, and that nobody is asked to accept after the update."""
    term: str
    """The change of expires_on: longer, shorter or unknown; empty if there is none, or if the new
    date has passed."""
    overdue: bool
    """True if expires_on has passed, so that the access should have ended."""
    was_overdue: bool
    """True if the access before the update should have ended before today."""
    ends_by_date: bool
    """True if the component AgencyAccess declares the share, but only until its expires_on."""
    ended_on: str
    """The expires_on of a share that the update removes after this day, as YYYY-MM-DD; otherwise
    empty."""
    acceptance: Acceptance
    """The need for the agency to accept a sharing request."""
    request_id: str
    """The sharing request; empty if there is none, or none yet."""
    requested_on: str
    """The UTC date of the request as YYYY-MM-DD; empty if it is not known."""
    is_unmanaged: bool
    """True if the access or the open request stays at Meta, and the program no longer declares
    it."""
    is_declared_anew: bool
    """True if the program declares other access than it did at the last update."""
    is_unexplained: bool
    """True if the program adds tasks to the share, or may add some, without a new reason."""
    reason: str | None
    """The reason in the program; empty if there is none, null if the preview does not contain
    it."""
    notes: tuple[str, ...]
    """Sentences for people."""
    resources: tuple[str, ...]
    """The names of the resources in the program."""
    due_deletions: tuple[str, ...]
    """The URNs of the resources that the update deletes, with those of the ad accounts, if it only
    ends the access to this pixel, or withdraws the request, after expires_on; otherwise empty."""
    moves: tuple[Move, ...]
    """The resources that the program moves by an alias."""
    undone: bool = False
    """Of drift: the update undoes it. Of a change in the update: it only undoes drift."""

    @classmethod
    def of(cls, pair: Pair, names: Mapping[str, str]) -> Change:
        """Return the change of a judged pair."""
        key, before, after = pair.key, pair.before, pair.after
        acceptance = pair.acceptance
        asks = acceptance in (Acceptance.NEEDED, Acceptance.MAY_BE_ASKED_AGAIN)
        has_request = acceptance is Acceptance.WAITS_ALREADY or (
            before.status == ShareStatus.PENDING and (asks or pair.is_removed)
        )
        components = (component_type(new.step.urn) for new in pair.news)
        return cls(
            agency_id=key.business_id,
            agency_name=names.get(key.business_id or "", ""),
            pixel_id=key.pixel_id,
            pixel_name=names.get(key.pixel_id or "", ""),
            ad_account_id=key.ad_account_id,
            urn=key.urn,
            effect=pair.effect,
            widens=pair.widens,
            narrows=pair.narrows,
            removes=pair.removes,
            before=before,
            after=after,
            gains=pair.gains,
            loses=pair.loses,
            withdraws=pair.withdraws,
            term=pair.term,
            overdue=pair.overdue,
            was_overdue=not before.is_nothing and has_passed(before.expires_on, pair.today),
            ends_by_date=any(type_.endswith(AGENCY_ACCESS) for type_ in components),
            ended_on=pair.ended_on,
            acceptance=acceptance,
            request_id=before.request_id if has_request else "",
            requested_on=before.requested_on if has_request else "",
            is_unmanaged=pair.is_unmanaged,
            is_declared_anew=pair.is_declared_anew,
            is_unexplained=pair.is_unexplained,
            reason=after.reason if pair.news else before.reason,
            notes=tuple(dict.fromkeys(pair.notes)),
            resources=tuple(dict.fromkeys(step.name for step in pair.steps)),
            due_deletions=pair.due_deletions,
            moves=tuple(filter(None, (move(new.step) for new in pair.news))),
        )

    @property
    def is_share(self) -> bool:
        """True for the share of an agency, False for the permission of an ad account."""
        return self.ad_account_id == ""

    @property
    def agency(self) -> tuple[str, str]:
        """A key of the agency. Two agencies whose ids are hidden have different keys."""
        return self.agency_id or "", "" if self.agency_id else self.urn

    @property
    def key(self) -> Key:
        """The key of the grant. It is the same for an update and for drift."""
        return Key(self.agency_id, self.pixel_id, self.ad_account_id, self.urn)

    @property
    def is_unknown(self) -> bool:
        return self.effect is Effect.UNKNOWN

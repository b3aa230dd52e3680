"""The access to one pixel, as an argument of `AgencyAccess` and `ClientAccess`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

import pulumi

from metapixel_provider.sharing import ids
from metapixel_provider.sharing.tasks import Task
from pulumi_metapixel._endings import last_day
from pulumi_metapixel._values import Tasks


@dataclass(frozen=True, kw_only=True)
class PixelAccess:
    """The access of an agency to one pixel, if it differs from its access to the other pixels.

    Each value takes precedence over the value of the component. The date is an exception: the
    earlier of both dates counts. `expires_on` is the last day of the access in UTC. `previously`
    lists the former labels of the pixel in the component.

    In a `ClientAccess`, only `pixel_id`, `ad_accounts` and `previously` are allowed.
    """

    pixel_id: pulumi.Input[str | int]
    permitted_tasks: Tasks | None = None
    ad_accounts: Sequence[str | int] | None = None
    expires_on: str | date | None = None
    reason: pulumi.Input[str] | None = None
    previously: Sequence[str] = ()


@dataclass(frozen=True)
class DeclaredAccess:
    """The access to one pixel, merged with the component's values. `ad_accounts` are digits.

    `labels` are the label of the pixel and its former labels.
    """

    pixel_id: pulumi.Input[str | int]
    permitted_tasks: Tasks
    ad_accounts: tuple[str, ...]
    expires_on: date | None
    reason: pulumi.Input[str] | None
    labels: tuple[str, ...]

    @property
    def lacks_a_task_for_ad_accounts(self) -> bool:
        """True if the program declares ad accounts, and only UPLOAD. Unknown tasks may suffice."""
        tasks = self.permitted_tasks
        if not isinstance(tasks, Sequence | Set):
            return False
        if not tasks or not self.ad_accounts:
            return False
        return all(isinstance(each, str) and each.strip().upper() == Task.UPLOAD for each in tasks)


def declared_access(
    title: str, pixels: Mapping[str, pulumi.Input[str | int] | PixelAccess], common: PixelAccess
) -> dict[str, DeclaredAccess]:
    """Return the access to each pixel in the argument `pixels` of a component, by label.

    `common` contains the values for all pixels. `title` names the component in errors. Raises
    pulumi.RunError if a value is wrong.
    """
    if not isinstance(pixels, Mapping):
        raise pulumi.RunError(
            f"{title}: `pixels` does not map labels to ids; pass a dictionary such as "
            f"{{'shop': '1290034567800001'}}"
        )
    declared = {}
    for label, given in pixels.items():
        own = given if isinstance(given, PixelAccess) else PixelAccess(pixel_id=given)
        declared[label] = _merged(f"{title}, pixel '{label}'", label, own, common)
    return declared


def _merged(title: str, label: str, own: PixelAccess, common: PixelAccess) -> DeclaredAccess:
    """Return the access to a pixel, with the `common` values that it does not have of its own."""
    own_values = {name: value for name, value in vars(own).items() if value is not None}
    access = replace(common, **own_values)
    if access.permitted_tasks is None:
        raise pulumi.RunError(
            f"{title}: `permitted_tasks` is missing; pass it for this pixel, or for all pixels"
        )
    ad_accounts = _ad_account_ids(access.ad_accounts or (), title)
    # Unlike the other values, the common last day also limits a pixel that has its own.
    last_days = [last_day(each.expires_on, title) for each in (own, common)]
    earlier = min((day for day in last_days if day is not None), default=None)
    # In a text, each character would count as a label.
    if isinstance(own.previously, str | pulumi.Output):
        raise pulumi.RunError(f"{title}: `previously` must be a list of labels, such as ['shop']")
    tasks, labels = access.permitted_tasks, (label, *own.previously)
    return DeclaredAccess(own.pixel_id, tasks, ad_accounts, earlier, access.reason, labels)


def _ad_account_ids(ad_accounts: Sequence[str | int], title: str) -> tuple[str, ...]:
    # In a text, each character would count as an id.
    if isinstance(ad_accounts, str | pulumi.Output):
        raise pulumi.RunError(f"{title}: `ad_accounts` is not a list of ids; pass ['act_123']")
    if any(isinstance(each, pulumi.Output) for each in ad_accounts):
        raise pulumi.RunError(
            f"{title}: `ad_accounts` contains an output, but the names of the permissions contain "
            f"these ids; pass known ids, such as ['act_123']"
        )
    try:
        return tuple(dict.fromkeys(map(ids.ad_account, ad_accounts)))
    except ValueError as error:
        raise pulumi.RunError(f"{title}: `ad_accounts`: {error}") from None

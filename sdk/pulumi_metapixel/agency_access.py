"""The component `AgencyAccess`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product, starmap

import pulumi

from metapixel_provider.access_file.model import share_name
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS
from metapixel_provider.sharing.tasks import OnExisting, OnExistingName
from pulumi_metapixel._children import Children, check_keys, names
from pulumi_metapixel._endings import report_ends
from pulumi_metapixel._resource import check_options, current_run, registration
from pulumi_metapixel._values import Tasks
from pulumi_metapixel.pixel_access import DeclaredAccess, PixelAccess, declared_access
from pulumi_metapixel.pixel_ad_account_permission import PixelAdAccountPermission
from pulumi_metapixel.pixel_agency_share import PixelAgencyShare, ShareWithLastDay


class AgencyAccess(pulumi.ComponentResource):
    """The access of one agency to pixels, until a date.

    The component has a `PixelAgencyShare` with the name `AGENCY-PIXEL` for each pixel, and a
    `PixelAdAccountPermission` with the name `AGENCY-PIXEL-ACCOUNT` for each pixel and ad account.
    `PIXEL` is the label of the pixel.

    After the last day of an access, the component no longer declares the access, so the next
    `pulumi up` ends it, or withdraws the request. Previews and updates warn from 30 days before the
    last day.

    The shares and permissions inherit the options `protect`, `retain_on_delete`, `depends_on` and
    `transforms` of the component.
    """

    shares: Mapping[str, PixelAgencyShare]
    """The declared shares, by the labels of the pixels. Shares that have ended are absent."""

    permissions: Mapping[str, PixelAdAccountPermission]
    """The declared permissions, by resource name. Permissions that have ended are absent."""

    statuses: Mapping[str, pulumi.Output[str] | None]
    """The status of each share, by the labels of the pixels. Null for a share that has ended."""

    def __init__(
        self,
        resource_name: str,
        *,
        agency_business_id: pulumi.Input[str | int],
        pixels: Mapping[str, pulumi.Input[str | int] | PixelAccess],
        permitted_tasks: Tasks | None = None,
        ad_accounts: Sequence[str | int] = (),
        expires_on: str | date | None = None,
        reason: pulumi.Input[str] | None = None,
        on_existing: pulumi.Input[OnExisting | OnExistingName] | None = None,
        resend: pulumi.Input[str | int] | None = None,
        credentials: pulumi.Input[str] | None = None,
        agency_credentials: pulumi.Input[str] | None = None,
        moved_from: Mapping[str, str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the access of an agency.

        Raises pulumi.RunError if an argument or the configured date is wrong.

        :param agency_business_id: The id of the business that receives the pixels.
        :param pixels: The ids of the pixels, by label, or a `PixelAccess` for a pixel whose access
            differs.
        :param permitted_tasks: The tasks to permit on each pixel that has no tasks of its own.
        :param ad_accounts: The ad accounts of the agency, for each pixel that has no ad accounts of
            its own.
        :param expires_on: The last day of the access in UTC, as `YYYY-MM-DD`. An output is refused,
            because the program must know the date.
        :param reason: The reason for the access, for policies, reviews and reports.
        :param on_existing: See `PixelAgencyShare`.
        :param resend: See `PixelAgencyShare`.
        :param credentials: The name of the owner's credential set. Without a name, the default
            token is used.
        :param agency_credentials: The name of the agency's credential set, for the ad accounts.
            Its token must belong to an admin of the agency. Without a name, `credentials` is used.
        :param moved_from: Shares and permissions that the program declared outside of the
            component: their names in the component, and their former names (or URNs, if they had a
            parent), such as `{"northlight-shop": "spring-campaign"}`. They move into the component
            without a call to Meta. Remove the argument after the next `pulumi up`.
        """
        title = f"AgencyAccess '{resource_name}'"
        check_options(title, opts)
        common = PixelAccess(
            pixel_id="",  # Each pixel has its own id.
            permitted_tasks=permitted_tasks,
            ad_accounts=ad_accounts,
            expires_on=expires_on,
            reason=reason,
        )
        every_access = declared_access(title, pixels, common)
        accounts = {label: each.ad_accounts for label, each in every_access.items()}
        check_keys(f"{title}, `moved_from`", moved_from or {}, names(resource_name, accounts))
        today = current_run().today
        # Access that has ended is reported, and has a status (None), but is not declared.
        declared = _without_ended(title, every_access, today)
        super().__init__(AGENCY_ACCESS, resource_name, None, opts)
        last_days = {label: each.expires_on for label, each in every_access.items()}
        report_ends(self, f"access of {resource_name} to", last_days, today)

        children = Children(self, resource_name, opts or pulumi.ResourceOptions(), moved_from)
        agency_set = credentials if agency_credentials is None else agency_credentials
        common_inputs = {
            "agency_business_id": agency_business_id,
            "on_existing": on_existing,
            "resend": resend,
            "credentials": credentials,
        }
        shares: dict[str, PixelAgencyShare] = {}
        permissions: dict[str, PixelAdAccountPermission] = {}
        statuses: dict[str, pulumi.Output[str] | None] = dict.fromkeys(every_access)
        for label, access in declared.items():
            # The present name is the first. The others combine former names and former labels.
            share_names = [*starmap(share_name, product(children.component_names, access.labels))]
            # The share ignores values that are not its inputs.
            inputs = {**common_inputs, **vars(access)}
            share = ShareWithLastDay(share_names[0], inputs, children.options(share_names))
            shares[label] = share
            statuses[label] = share.status
            permissions |= children.permissions(access, agency_business_id, agency_set, [share])
        self.shares, self.permissions, self.statuses = shares, permissions, statuses
        if agency_credentials is None:
            self._warn_without_agencys_token(title)
        self.register_outputs({})

    def _warn_without_agencys_token(self, title: str) -> None:
        if self.permissions and pulumi.runtime.is_dry_run():
            is_native = registration.get() is not None
            argument = "agencyProvider" if is_native else "agency_credentials"
            pulumi.log.warn(
                f"{title} permits ad accounts without `{argument}`, which Meta refuses unless the "
                f"token also belongs to an admin of the agency; pass it, or omit the ad accounts",
                self,
            )


def _without_ended(
    title: str, access_by_label: Mapping[str, DeclaredAccess], today: date
) -> dict[str, DeclaredAccess]:
    """Leave out access that is past its last day. Raise pulumi.RunError for impossible access."""
    found = {}
    for label, access in access_by_label.items():
        if access.expires_on is not None and access.expires_on < today:
            continue
        if access.lacks_a_task_for_ad_accounts:
            raise pulumi.RunError(
                f"{title}, pixel '{label}': `ad_accounts` need the task ADVERTISE or ANALYZE; "
                f"add it to `permitted_tasks`, or remove the ad accounts of this pixel"
            )
        found[label] = access
    return found

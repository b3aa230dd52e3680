"""The component `AgencyAccess`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pulumi

from metapixel_provider.access_file.model import permission_name, share_name
from metapixel_provider.sharing.resource_types import AGENCY_ACCESS
from metapixel_provider.sharing.tasks import OnExisting, OnExistingName
from pulumi_metapixel._endings import Calendar, ended, ending
from pulumi_metapixel._names import check_keys, names
from pulumi_metapixel._resource import check_options
from pulumi_metapixel._run import current_run
from pulumi_metapixel._values import Tasks
from pulumi_metapixel.pixel_access import DeclaredAccess, PixelAccess
from pulumi_metapixel.pixel_ad_account_permission import PixelAdAccountPermission
from pulumi_metapixel.pixel_agency_share import PixelAgencyShare


class AgencyAccess(pulumi.ComponentResource):
    """The access of one agency to pixels, until a date.

    The component has a `PixelAgencyShare` with the name `AGENCY-PIXEL` for each pixel, and a
    `PixelAdAccountPermission` with the name `AGENCY-PIXEL-ACCOUNT` for each pixel and ad account.
    `AGENCY` is the name of the component, and `PIXEL` is the label of the pixel. So the order of
    pixels and ad accounts has no effect.

    After the last day of an access, the component no longer declares the access, so the next
    `pulumi up` ends it. If the agency has not accepted the share yet, that command withdraws the
    request. Previews and updates warn from 30 days before the last day. The configuration keys
    `metapixel:today` and `metapixel:endWarningDays` change the current date and the 30 days.

    The shares and permissions inherit the options `protect`, `retain_on_delete`, `depends_on` and
    `transforms` of the component.
    """

    shares: Mapping[str, PixelAgencyShare]
    """The declared shares, by the labels of the pixels. Shares that have ended are absent."""

    permissions: Mapping[str, PixelAdAccountPermission]
    """The declared permissions, by resource name. Permissions that have ended are absent."""

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
        allow_reshare: pulumi.Input[bool] | None = None,
        credentials: pulumi.Input[str] | None = None,
        agency_credentials: pulumi.Input[str] | None = None,
        moved_from: Mapping[str, str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the access of an agency.

        Raises pulumi.RunError if an argument or the configured date is wrong.

        :param agency_business_id: The id of the business that receives the pixels.
        :param pixels: The ids of the pixels, by label. The value is a `PixelAccess` if the access
            to this pixel differs from the access to the others.
        :param permitted_tasks: The tasks to permit on each pixel that has no tasks of its own.
        :param ad_accounts: The ad accounts of the agency, as `act_123` or `123`. They may use each
            pixel that has no ad accounts of its own.
        :param expires_on: The last day of the access in UTC, as a `date` or as `YYYY-MM-DD`. An
            output is refused, because the program must know the date.
        :param reason: The reason for the access, for policies, reviews and reports.
        :param on_existing: See `PixelAgencyShare`.
        :param resend: See `PixelAgencyShare`.
        :param allow_reshare: See `PixelAgencyShare`.
        :param credentials: The name of the owner's credential set. Without a name, the default
            token is used.
        :param agency_credentials: The name of the agency's credential set, for the ad accounts.
            Its token must belong to an admin of the agency. Without a name, `credentials` is used.
        :param moved_from: Shares and permissions that the program declared outside of the
            component. The mapping contains their names in the component and their former names:
            `{"northlight-shop": "spring-campaign"}`. The resources then move into the component
            without a call to Meta. If a resource had a parent, write its URN and not its name. The
            argument can be removed after the next `pulumi up`.
        """
        check_options(f"AgencyAccess '{resource_name}'", opts)
        common = PixelAccess(
            pixel_id="",
            permitted_tasks=permitted_tasks,
            ad_accounts=ad_accounts,
            expires_on=expires_on,
            reason=reason,
        )
        if not isinstance(pixels, Mapping):
            raise pulumi.RunError(
                f"AgencyAccess '{resource_name}': pixels does not map labels to ids; pass a "
                f"dictionary such as {{'shop': '1290034567800001'}}"
            )
        declared = {
            label: DeclaredAccess.of(
                given, common, f"AgencyAccess '{resource_name}', pixel '{label}'"
            )
            for label, given in pixels.items()
        }
        moved = dict(moved_from or {})
        accounts = {label: each.ad_accounts for label, each in declared.items()}
        check_keys(
            f"AgencyAccess '{resource_name}', moved_from", moved, names(resource_name, accounts)
        )
        calendar = current_run().calendar
        super().__init__(AGENCY_ACCESS, resource_name, None, opts)
        _report_ends(self, resource_name, declared, calendar)

        inherited = pulumi.ResourceOptions(
            parent=self,
            depends_on=opts.depends_on if opts else None,
            retain_on_delete=opts.retain_on_delete if opts else None,
        )

        def options(
            name: str, former: Iterable[str], depends_on: Sequence[pulumi.Resource] = ()
        ) -> pulumi.ResourceOptions:
            aliases = [pulumi.Alias(name=each) for each in former]
            own = pulumi.ResourceOptions(
                aliases=[*aliases, *_moved(moved.get(name))], depends_on=depends_on
            )
            return pulumi.ResourceOptions.merge(inherited, own)

        agencies = (resource_name, *_former_names(opts))
        shares, permissions = {}, {}
        for label, access in declared.items():
            if calendar.has_passed(access.expires_on):
                continue
            labels = (label, *access.previously)
            name, *former = [share_name(agency, each) for agency in agencies for each in labels]
            shares[label] = share = PixelAgencyShare(
                name,
                pixel_id=access.pixel_id,
                agency_business_id=agency_business_id,
                permitted_tasks=access.permitted_tasks,
                on_existing=on_existing,
                resend=resend,
                allow_reshare=allow_reshare,
                expires_on=access.expires_on,
                reason=access.reason,
                credentials=credentials,
                opts=options(name, former),
            )
            for account in access.ad_accounts:
                name, *former = [
                    permission_name(agency, each, account) for agency in agencies for each in labels
                ]
                permissions[name] = PixelAdAccountPermission(
                    name,
                    pixel_id=access.pixel_id,
                    business_id=agency_business_id,
                    ad_account_id=account,
                    credentials=credentials if agency_credentials is None else agency_credentials,
                    opts=options(name, former, [share]),
                )
        self.shares, self.permissions = shares, permissions
        self.register_outputs({})


def _report_ends(
    component: AgencyAccess,
    agency: str,
    declared: Mapping[str, DeclaredAccess],
    calendar: Calendar,
) -> None:
    last_days = {
        label: each.expires_on for label, each in declared.items() if each.expires_on is not None
    }
    for text in ended(agency, last_days, calendar):
        pulumi.log.info(text, component)
    for text in ending(agency, last_days, calendar):
        pulumi.log.warn(text, component)


def _former_names(opts: pulumi.ResourceOptions | None) -> list[str]:
    """Return the former names of the component, for the aliases of its children.

    The engine derives such aliases only while it renames the component. If that update fails
    afterwards, the component has its new name, and the children still have their old names.
    """
    aliases = opts.aliases if opts else None
    return [
        each.name
        for each in (aliases if isinstance(aliases, Sequence) else ())
        if isinstance(each, pulumi.Alias) and isinstance(each.name, str)
    ]


def _moved(former: str | None) -> list[str | pulumi.Alias]:
    """Return the alias for a former name. The former name is a URN if the resource had a parent."""
    if former is None:
        return []
    is_urn = former.startswith("urn:pulumi:")
    return [former if is_urn else pulumi.Alias(name=former, parent=pulumi.ROOT_STACK_RESOURCE)]

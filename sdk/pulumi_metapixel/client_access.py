"""The component `ClientAccess`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pulumi

from metapixel_provider.sharing.resource_types import CLIENT_ACCESS
from pulumi_metapixel._children import Children
from pulumi_metapixel._endings import last_day, report_end
from pulumi_metapixel._resource import check_options, current_run
from pulumi_metapixel.pixel_access import DeclaredAccess, PixelAccess, declared_access
from pulumi_metapixel.pixel_ad_account_permission import PixelAdAccountPermission
from pulumi_metapixel.pixel_sharing_standing_response import PixelSharingStandingResponse


class ClientAccess(pulumi.ComponentResource):
    """The agency's side of one client: an accepted owner, and the use of the owner's pixels.

    If `accept` is true, the component has a `PixelSharingStandingResponse` with its own name. It
    has a `PixelAdAccountPermission` with the name `CLIENT-PIXEL-ACCOUNT` for each pixel and ad
    account, and passes the same options to them as `AgencyAccess`.

    After the last day, the component no longer declares them, so the next `pulumi up` removes the
    permissions, and no request is accepted any more. The agency still has the pixels, because only
    their owner can end the shares. Previews and updates warn as for `AgencyAccess`.
    """

    standing_response: PixelSharingStandingResponse | None
    """The declared standing response. There is none without `accept`, or after the last day."""

    permissions: Mapping[str, PixelAdAccountPermission]
    """The declared permissions, by resource name. Empty after the last day."""

    def __init__(
        self,
        resource_name: str,
        *,
        owner_business_id: pulumi.Input[str | int],
        agency_business_id: pulumi.Input[str | int],
        pixels: Mapping[str, pulumi.Input[str | int] | PixelAccess],
        ad_accounts: Sequence[str | int] = (),
        accept: bool = False,
        expires_on: str | date | None = None,
        reason: pulumi.Input[str] | None = None,
        credentials: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the agency's side of one client.

        Raises pulumi.RunError if an argument or the configured date is wrong.

        :param owner_business_id: The id of the client's business, which owns the pixels.
        :param agency_business_id: The id of the agency's business.
        :param pixels: The ids of the pixels, by label, or a `PixelAccess` for a pixel whose ad
            accounts differ.
        :param ad_accounts: The ad accounts of the agency, for each pixel that has no ad accounts of
            its own.
        :param accept: True to accept every sharing request of this owner (see
            `PixelSharingStandingResponse`).
        :param expires_on: The last day in UTC on which the agency works for this client, as
            `YYYY-MM-DD`. An output is refused, because the program must know the date.
        :param reason: The reason for the acceptance, for policies, reviews and reports.
        :param credentials: The name of the agency's credential set. Its token must belong to an
            admin of the agency. Without a name, the default token is used.
        """
        title = f"ClientAccess '{resource_name}'"
        check_options(title, opts)
        # Any text counts as true, also the text "false" of a configuration.
        if not isinstance(accept, bool):
            raise pulumi.RunError(
                f"{title}: `accept` is neither True nor False; pass True to accept every sharing "
                f"request of this owner"
            )
        common = PixelAccess(pixel_id="", permitted_tasks=(), ad_accounts=ad_accounts)
        declared = declared_access(title, pixels, common)
        for label, access in declared.items():
            _check_pixel(f"{title}, pixel '{label}'", pixels[label], access)
        last = last_day(expires_on, title)
        today = current_run().today
        super().__init__(CLIENT_ACCESS, resource_name, None, opts)
        self.standing_response = None
        permissions: dict[str, PixelAdAccountPermission] = {}
        self.permissions = permissions
        remains = "; this agency still has the pixels, because only their owner can end the shares"
        if last is not None:
            report_end(self, f"use of the pixels of {resource_name}", last, today, remains)
        has_ended = last is not None and last < today
        if has_ended:
            self.register_outputs({})
            return

        children = Children(self, resource_name, opts or pulumi.ResourceOptions())
        acceptance: list[PixelSharingStandingResponse] = []
        if accept:
            self.standing_response = PixelSharingStandingResponse(
                resource_name,
                owner_business_id=owner_business_id,
                agency_business_id=agency_business_id,
                reason=reason,
                expires_on=last,
                credentials=credentials,
                # It has the name of the component, and so the same former names.
                opts=children.options(children.component_names),
            )
            acceptance.append(self.standing_response)
        for access in declared.values():
            permissions |= children.permissions(access, agency_business_id, credentials, acceptance)
        self.register_outputs({})


def _check_pixel(title: str, given: object, declared: DeclaredAccess) -> None:
    """Raise pulumi.RunError if the access to a pixel is not only a use of ad accounts."""
    if isinstance(given, PixelAccess):
        for name in ("permitted_tasks", "expires_on", "reason"):
            if getattr(given, name) is not None:
                raise pulumi.RunError(
                    f"{title}: `{name}` cannot be set for a pixel of a client; omit it"
                )
    if not declared.ad_accounts:
        raise pulumi.RunError(
            f"{title}: `ad_accounts` is missing; pass it for this pixel, or for all pixels"
        )

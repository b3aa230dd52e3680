"""The declaration of the access in an access file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pulumi

from metapixel_provider.access_file.model import AgencyGrants, PixelGrant
from metapixel_provider.errors import MetaPixelError
from metapixel_provider.sharing.tasks import OnExisting, OnExistingName
from pulumi_metapixel._children import names, unknown_keys
from pulumi_metapixel._resource import check_options
from pulumi_metapixel.agency_access import AgencyAccess
from pulumi_metapixel.pixel_access import PixelAccess


def declare_access_file(
    path: str | Path,
    *,
    on_existing: pulumi.Input[OnExisting | OnExistingName] | None = None,
    credentials: pulumi.Input[str] | None = None,
    agency_credentials: Mapping[str, str] | None = None,
    moved_from: Mapping[str, str] | None = None,
    opts: pulumi.ResourceOptions | None = None,
) -> Mapping[str, AgencyAccess]:
    """Declare the access in an access file. Return a mapping of agencies' labels to components.

    The findings in `accepted` only concern access reports.
    Raises pulumi.RunError with the file, line and column of each mistake in the file.

    :param path: The path of the file. A relative path begins at the folder of the program.
    :param on_existing: See `PixelAgencyShare`.
    :param credentials: The name of the owner's credential set. Without a name, the default token is
        used.
    :param agency_credentials: A mapping of agencies' labels to the names of credential sets, which
        are used for ad accounts. The token of a set must belong to an admin of the agency. A former
        label is valid too. A label that the file lacks causes a warning.
    :param moved_from: See `AgencyAccess`. A name that the file lacks causes a warning.
    :param opts: The options of each component.
    """
    check_options("declare_access_file", opts)
    # A program without an access file does not import the reader.
    from metapixel_provider.access_file.reader import load

    try:
        agencies = load(Path(path)).agencies
    except MetaPixelError as error:
        raise pulumi.RunError(str(error)) from None
    sets, moved = agency_credentials or {}, moved_from or {}
    _warn_of_unknown_keys(agencies, sets, moved)
    components = {}
    for agency in agencies:
        own_names = _names(agency)
        aliases = [pulumi.Alias(name=former) for former in agency.previously]
        components[agency.label] = AgencyAccess(
            agency.label,
            agency_business_id=agency.business_id,
            pixels={grant.pixel.label: _access(grant) for grant in agency.grants},
            on_existing=on_existing,
            # The file has an empty text for what it leaves out.
            resend=agency.resend or None,
            credentials=credentials,
            agency_credentials=_credential_set(agency, sets),
            moved_from={new: old for new, old in moved.items() if new in own_names},
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(aliases=[*aliases])),
        )
    return components


def _warn_of_unknown_keys(
    agencies: Sequence[AgencyGrants], sets: Mapping[str, str], moved: Mapping[str, str]
) -> None:
    """Warn and do not fail, so that the program can stay as it is when the file ends access."""
    labels, resources = set[str](), set[str]()
    for agency in agencies:
        labels.update((agency.label, *agency.previously))
        resources |= _names(agency)
    for sentence in (
        *unknown_keys("`agency_credentials`", sets, labels),
        *unknown_keys("`moved_from`", moved, resources),
    ):
        pulumi.log.warn(sentence)


def _names(agency: AgencyGrants) -> frozenset[str]:
    ad_accounts = {grant.pixel.label: grant.ad_accounts for grant in agency.grants}
    return names(agency.label, ad_accounts)


def _access(grant: PixelGrant) -> PixelAccess:
    return PixelAccess(
        pixel_id=grant.pixel.id,
        permitted_tasks=grant.tasks,
        ad_accounts=grant.ad_accounts,
        expires_on=grant.expires_on,
        reason=grant.reason or None,
        previously=grant.pixel.previously,
    )


def _credential_set(agency: AgencyGrants, sets: Mapping[str, str]) -> str | None:
    """Return the name of an agency's credential set, found by its label or by a former one."""
    for label in (agency.label, *agency.previously):
        if label in sets:
            return sets[label]
    return None

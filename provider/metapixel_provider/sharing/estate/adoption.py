"""Records of existing access, made from an estate that was read.

A creation that adopts the access would write the same records.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from metapixel_provider.sharing.permission.records import PermissionInputs, PermissionState
from metapixel_provider.sharing.share import decide
from metapixel_provider.sharing.share.records import ShareInputs
from metapixel_provider.sharing.status import PermissionStatus

if TYPE_CHECKING:
    from metapixel_provider.sharing.contract import Outcome, Properties
    from metapixel_provider.sharing.nodes import Agency


def adopted_share(
    inputs: Properties, agency: Agency, pixel_name: str, open_requests: tuple[str, ...]
) -> Outcome | None:
    """Return the record of a share, or None if the inputs declare other tasks than Meta lists.

    `inputs` are validated. `open_requests` to the agency may be for this share. Only a creation
    depends on `on_existing`.
    """
    declared = ShareInputs.of(inputs)
    if agency.settable != declared.tasks:
        return None
    state = replace(decide.found(declared, agency, open_requests), pixel_name=pixel_name)
    return state.outcome()


def adopted_permission(inputs: Properties) -> Outcome:
    """Return the record of a permission that Meta lists. `inputs` are validated."""
    return PermissionState(PermissionInputs.of(inputs), PermissionStatus.ACTIVE).outcome()

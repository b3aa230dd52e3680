"""What a preview would plan after an `up` that succeeded, computed from the state.

The provider alone decides whether one of our resources changes, and needs only the state for it. So
this costs no command of Pulumi.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from metapixel_provider.process.claims import Claims
from metapixel_provider.sharing.engine_names import in_domain
from metapixel_provider.sharing.lifecycles import lifecycle_of
from metapixel_provider.sharing.resource_types import ResourceType

#: The statuses of records that plan an update by design.
_UNFINISHED = ("UNCONFIRMED", "WAITING_FOR_SHARE", "OPEN")


def planned(resources: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the URNs of the resources in a state that a preview would change or replace.

    A resource with an encrypted value is left out, because the values cannot be compared.
    """
    readable = (each for each in resources if '"ciphertext"' not in json.dumps(each))
    return [each["urn"] for each in readable if _is_changed(each)]


def _is_changed(resource: Mapping[str, Any]) -> bool:
    type_, outputs = ResourceType.of(resource["type"]), in_domain(resource["outputs"])
    assert type_
    if outputs["status"] in _UNFINISHED:
        return False
    lifecycle = lifecycle_of(type_)(Claims(), datetime.now(UTC).date)
    difference = lifecycle.difference(outputs, in_domain(resource["inputs"]))
    return difference.needs_update or bool(difference.replaces)

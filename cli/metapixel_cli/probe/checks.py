"""The checks before the first write. They make only reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from metapixel_cli.escape import visible
from metapixel_cli.probe.calls import Calls
from metapixel_cli.probe.errors import ProbeRefusedError
from metapixel_cli.probe.pixel import ProbedPixel
from metapixel_cli.words import and_, with_id
from metapixel_provider.errors import InvalidParameterError, NotVisibleError
from metapixel_provider.graph.calls import Node
from metapixel_provider.sharing.nodes import id_in, time_in

#: A pixel without an event in this time is a spare one.
_SILENCE = timedelta(days=90)


def check(pixel: ProbedPixel) -> Mapping[str, str]:
    """Return the names of the pixel, its owner and the agency, by id, where Meta returns them.

    Sets `pixel.related` and the owner of the target. Raises ProbeRefusedError if the pixel is in
    use, or if anything on it is not the probe's.
    """
    target = pixel.target
    fields = "id,name,last_fired_time,owner_business{id,name}"
    node = _seen(pixel.owner, "pixel", target.pixel, fields)
    owner = node.get("owner_business")
    if not isinstance(owner, dict):
        raise ProbeRefusedError(
            f"Meta reports no owner of pixel {target.pixel}; name another pixel"
        )
    pixel.target = target = replace(target, owner=id_in(owner, "id"))
    fired = time_in(node, "last_fired_time")
    if fired and datetime.now(UTC) - fired < _SILENCE:
        raise ProbeRefusedError(
            f"Pixel {target.pixel} received an event on {fired:%Y-%m-%d}, which is less than "
            f"{_SILENCE.days} days ago; name a spare pixel"
        )
    if target.agency == target.owner:
        raise ProbeRefusedError("The agency owns the pixel; name a business that does not")
    found = [node, owner]
    if pixel.agency:
        found.append(_seen(pixel.agency, "agency", target.agency))
        if target.ad_account:
            _seen(pixel.agency, "ad account", f"act_{target.ad_account}")
    check_empty(pixel)
    pixel.related = pixel.is_related()
    names = {}
    for each in found:
        id_, name = id_in(each, "id"), str(each.get("name") or "")
        names[id_] = with_id(visible(name), id_)
    return names


def check_empty(pixel: ProbedPixel) -> None:
    """Raise ProbeRefusedError if the pixel has access that is not the probe's."""
    access = [f"the share with business {each}" for each in pixel.listed()]
    access += [f"the permission of ad account {each}" for each in sorted(pixel.accounts())]
    if access:
        raise ProbeRefusedError(
            f"The pixel is in use: Meta lists {and_(access)}; name another pixel"
        )
    requests = " and ".join(sorted(pixel.open_requests() | pixel.received_requests()))
    if requests:
        raise ProbeRefusedError(
            f"The pixel is in use: Meta lists sharing request {requests} to agency "
            f"{pixel.target.agency}, for this or other pixels; wait until the agency has answered, "
            f"or name another agency"
        )
    pixel.known = "absent"


def _seen(calls: Calls, noun: str, id_: str, fields: str = "id,name") -> Node:
    """Read an object. Raise ProbeRefusedError if the token cannot see it."""
    try:
        return calls.get(id_, {"fields": fields})
    except (InvalidParameterError, NotVisibleError):
        raise ProbeRefusedError(
            f"The token from {calls.credentials.source} cannot see {noun} {id_}; use the token of "
            f"an admin of its business, or correct --{noun.replace(' ', '-')}"
        ) from None

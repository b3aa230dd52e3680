"""The checks before the first write. They make only reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from metapixel_cli.probe.calls import Calls
from metapixel_cli.probe.errors import RefusedError
from metapixel_cli.probe.journal import Target
from metapixel_cli.probe.pixel import Pixel
from metapixel_cli.probe.restoration import access
from metapixel_cli.words import and_
from metapixel_provider.errors import InvalidParameterError, NotVisibleError
from metapixel_provider.sharing.nodes import id_in, time_in

#: A pixel without an event in this time is a spare one.
_SILENCE = timedelta(days=90)
_NOT_THAT = (InvalidParameterError, NotVisibleError)


def owner_of(pixel: Pixel) -> str:
    """Return the id of the business that owns the pixel. Raise RefusedError if it is unknown."""
    target = pixel.target
    try:
        owner = pixel.node(pixel.owner, "id,owner_business").get("owner_business")
    except _NOT_THAT:
        raise RefusedError(
            f"The token from {pixel.owner.credentials.source} cannot see a pixel with the id "
            f"{target.pixel}; correct --pixel, or use the token of an admin of its owner"
        ) from None
    if not isinstance(owner, dict):
        raise RefusedError(f"Meta reports no owner of pixel {target.pixel}; name another pixel")
    return id_in(owner, "id")


def check(pixel: Pixel) -> None:
    """Raise RefusedError if the pixel is in use, or if anything on it is not the probe's.

    Sets `pixel.related`.
    """
    fired = time_in(pixel.node(pixel.owner, "id,last_fired_time"), "last_fired_time")
    if fired and datetime.now(UTC) - fired < _SILENCE:
        raise RefusedError(
            f"Pixel {pixel.target.pixel} received an event on {fired:%Y-%m-%d}, which is less than "
            f"{_SILENCE.days} days ago; name a spare pixel"
        )
    if pixel.target.agency == pixel.target.owner:
        raise RefusedError("The agency owns the pixel; name a business that does not")
    if pixel.agency:
        _check_agency(pixel.agency, pixel.target)
    check_empty(pixel)
    pixel.related = pixel.is_related()


def check_empty(pixel: Pixel) -> None:
    """Raise RefusedError if the pixel has access that is not the probe's."""
    wait = "wait until the agency has answered, or name another agency"
    agency, opened = pixel.target.agency, pixel.open_requests() | pixel.received_requests()
    requests = [
        f"sharing request {each} to agency {agency}, for this or other pixels"
        for each in sorted(opened)
    ]
    for named, advice in (([*access(pixel)], "name another pixel"), (requests, wait)):
        if named:
            raise RefusedError(f"The pixel is in use: Meta lists {and_(named)}; {advice}")
    pixel.known.state = "absent"


def _check_agency(calls: Calls, target: Target) -> None:
    nodes = {"agency": target.agency}
    if target.ad_account:
        nodes["ad account"] = f"act_{target.ad_account}"
    for noun, path in nodes.items():
        try:
            calls.get(path, {"fields": "id"})
        except _NOT_THAT:
            raise RefusedError(
                f"The token from {calls.credentials.source} cannot see {noun} {path}; use the "
                f"token of an admin of this agency, or correct --{noun.replace(' ', '-')}"
            ) from None

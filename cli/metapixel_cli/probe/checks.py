"""The checks before the first write. They make only reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from metapixel_cli.probe.calls import Calls
from metapixel_cli.probe.errors import RefusedError
from metapixel_cli.probe.journal import Target
from metapixel_cli.probe.pixel import Pixel
from metapixel_cli.probe.restoration import access, requests
from metapixel_cli.words import and_
from metapixel_provider.errors import GraphError, InvalidParameterError, NotVisibleError
from metapixel_provider.sharing.nodes import id_in, time_in

#: A pixel without an event in this time is a spare one.
_SILENCE = timedelta(days=90)
_NOT_THAT = (InvalidParameterError, NotVisibleError)


def owner_of(pixel: Pixel) -> str:
    """Return the id of the business that owns the pixel. Raise RefusedError if it is unknown."""
    target = pixel.target
    with _swaps(pixel):
        owner = pixel.node(pixel.owner, "id,owner_business").get("owner_business")
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
    with _swaps(pixel):
        if pixel.agency:
            _check_agency(pixel.agency, pixel.target)
        check_empty(pixel)
    pixel.related = pixel.is_related()


def check_empty(pixel: Pixel) -> None:
    """Raise RefusedError if the pixel has access that is not the probe's."""
    wait = "wait until the agency has answered, or name another agency"
    for found, advice in ((access(pixel), "name another pixel"), (requests(pixel), wait)):
        if named := [each for each, _ in found]:
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


@contextmanager
def _swaps(pixel: Pixel) -> Iterator[None]:
    """Replace an error by the one for two ids, or two tokens, in the place of each other."""
    try:
        yield
    except (RefusedError, *_NOT_THAT):
        if swapped := _swapped(pixel):
            raise swapped from None
        raise


def _swapped(pixel: Pixel) -> RefusedError | None:
    target, owner, agency = pixel.target, pixel.owner, pixel.agency
    given = {"--pixel": target.pixel, "--agency": target.agency, "--ad-account": target.ad_account}
    for option, id_ in given.items():
        kind = _kind(pixel, id_) if id_ else ""
        if kind not in ("", option):
            noun = kind.removeprefix("--").replace("-", " ")
            return RefusedError(
                f"The ids of {kind} and {option} are swapped: {id_} is the id of a {noun}; "
                f"exchange them"
            )
    if agency and not _has(owner, target.pixel) and _has(agency, target.pixel):
        return RefusedError(
            f"The tokens are swapped: the token from {agency.credentials.source} can see pixel "
            f"{target.pixel}, and the token from {owner.credentials.source} cannot; exchange them"
        )
    return None


def _kind(pixel: Pixel, id_: str) -> str:
    """Return the option for an id of this kind, or "" for a business or an unknown id."""
    if any(_has(each, f"act_{id_}", "account_id") for each in pixel.every_token):
        return "--ad-account"
    return "--pixel" if any(_has(each, id_) for each in pixel.every_token) else ""


def _has(calls: Calls, path: str, field: str = "owner_business") -> bool:
    """Return whether a token can read a node with this field."""
    try:
        return field in calls.get(path, {"fields": f"id,{field}"})
    except GraphError:
        return False

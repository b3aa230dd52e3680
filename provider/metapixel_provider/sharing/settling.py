"""How a write and what Meta shows come together: look until it shows, read before a repetition."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from metapixel_provider.errors import NotVisibleError, OutcomeUnknownError

if TYPE_CHECKING:
    from metapixel_provider.sharing.meta import Meta
    from metapixel_provider.sharing.nodes import Agency, SharingRequest
    from metapixel_provider.sharing.share import Share

T = TypeVar("T")


def look_until(meta: Meta, key: str, look: Callable[[], T], expected: Callable[[T], bool]) -> T:
    """What `look` reads about an asset, looked at again a few times until it is as expected.

    The last look counts, whatever it shows.
    """
    found = look()
    for attempt in range(meta.patience.looks - 1):
        if expected(found):
            break
        time.sleep(meta.patience.first_look * 2**attempt)
        meta.look_again(key)
        found = look()
    return found


def look_at_share(
    meta: Meta, share: Share, expected: Callable[[Agency | None], bool]
) -> Agency | None:
    """What the agency has of the pixel, None where Meta shows nothing; see `look_until`."""
    return look_until(
        meta, share.id, lambda: meta.agency(share.pixel_id, share.agency_business_id), expected
    )


def look_at_request(
    meta: Meta, request_id: str, expected: Callable[[SharingRequest | None], bool]
) -> SharingRequest | None:
    """A sharing request, None where Meta knows none of this id; see `look_until`."""

    def look() -> SharingRequest | None:
        try:
            return meta.request(request_id)
        except NotVisibleError:
            return None

    return look_until(meta, request_id, look, expected)


def write_once(meta: Meta, write: Callable[[], T], happened: Callable[[], T | None]) -> T:
    """Sends a write; where its outcome is unknown, reads, and repeats only what did not happen.

    `happened` gives the result of a write that took effect, None for one that did not.
    Raises what the write raises; OutcomeUnknownError when the patience is at its end.
    """
    attempt = 0
    while True:
        try:
            return write()
        except OutcomeUnknownError:
            result = happened()
            if result is not None:
                return result
            attempt += 1
            if attempt >= meta.patience.attempts:
                raise
            time.sleep(meta.patience.pause(attempt - 1))

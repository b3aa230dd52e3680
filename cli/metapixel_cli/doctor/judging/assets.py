"""The checks of the businesses and pixels that the options name. One suitable set is enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from metapixel_cli.doctor.judging import obstacles
from metapixel_cli.doctor.judging.acts import reasons
from metapixel_cli.doctor.judging.names import Names
from metapixel_cli.doctor.judging.verdict import (
    Outcome,
    Verdict,
    failed,
    not_run,
    success,
    warned,
)
from metapixel_cli.doctor.reading.observed import Named, Observed, Pixel, SetRead
from metapixel_provider.errors import GraphError, NotVisibleError


def business_admin(observed: Observed, names: Names) -> Iterator[Outcome]:
    for business in observed.businesses:
        subject = names.of("business", business_of(observed, business))
        yield Outcome(_business_admin(observed, names, business, subject), subject=subject)


def _business_admin(observed: Observed, names: Names, business: str, subject: str) -> Verdict:
    if reason := obstacles.of_all(observed):
        return not_run(reason)
    if mistaken := _mistaken(observed, names, business, "pixel"):
        return mistaken
    admins = _admins(observed, names, business)
    if admins:
        return success(f"credential set of an admin: {', '.join(admins)}")
    unread = reasons(observed, names, lambda each: _unexpected(each.is_admin.get(business)))
    if unread:
        return not_run(
            "; ".join(unread), _advice(observed, lambda each: each.is_admin.get(business))
        )
    return failed(
        f"No credential set belongs to an admin of {subject}",
        "check the id, and configure the token of an admin of this business",
        *_holders(observed, names),
    )


def pixel_owner(observed: Observed, names: Names) -> Iterator[Outcome]:
    for pixel in observed.pixels:
        subject = names.of("pixel", _pixel(observed, pixel))
        yield Outcome(_pixel_owner(observed, names, pixel, subject), subject=subject)


def _pixel_owner(observed: Observed, names: Names, pixel: str, subject: str) -> Verdict:
    if reason := obstacles.of_all(observed):
        return not_run(reason)
    if mistaken := _mistaken(observed, names, pixel, "business"):
        return mistaken
    seen = [read for each in observed.sets if isinstance(read := each.pixels.get(pixel), Pixel)]
    owner = next((each.owner for each in seen if each.owner), None)
    if not seen:
        unread = reasons(observed, names, lambda each: _unexpected(each.pixels.get(pixel)))
        if unread:
            return not_run("; ".join(unread))
        return failed(
            f"No credential set can see {subject}",
            "check the id, and use the token of an admin of the business that owns the pixel",
            *_holders(observed, names),
        )
    if owner is None:
        return not_run("Meta did not return the owner of the pixel")
    fact = f"the owner is {names.of('business', owner)}"
    admins = _admins(observed, names, owner.id)
    default = next((each for each in observed.sets if each.name is None), None)
    # The token's user is an admin of another business, and not of the owner.
    roles = default.is_admin if default else {}
    if admins and roles.get(owner.id) is False and True in roles.values():
        return warned(
            f"The default credential set does not belong to the owner of {subject}, but the set "
            f"{admins[0]} does",
            f"exchange the two tokens, or declare the shares of the pixel with the credentials "
            f"{admins[0]}",
            fact,
            *_holders(observed, names),
        )
    if admins:
        return success(fact, f"credential set of an admin of the owner: {', '.join(admins)}")
    unread = reasons(observed, names, lambda each: _unexpected(each.is_admin.get(owner.id)))
    if unread:
        return not_run(
            f"{fact}; the roles in this business were not read: {'; '.join(unread)}",
            _advice(observed, lambda each: each.is_admin.get(owner.id)),
        )
    error = (
        f"No credential set belongs to an admin of {names.of('business', owner)}, which owns "
        f"{subject}, so no set can share the pixel"
    )
    listed = [each.businesses for each in observed.sets if isinstance(each.businesses, tuple)]
    if owner.id in {business.id for businesses in listed for business in businesses}:
        advice = f"use the token of an admin of {names.of('business', owner)}"
        return failed(error, advice, fact, *_holders(observed, names))
    return warned(
        error,
        "only the owner can share a pixel: use a token of the owner. If an agency created the "
        "pixel in its own business, the pixel cannot be moved",
        fact,
        *_holders(observed, names),
    )


def _mistaken(observed: Observed, names: Names, id_: str, kind: str) -> Verdict | None:
    """Return an error if an id of this kind was given as an id of the other kind."""
    kinds = {key: found for each in observed.sets for key, found in each.mistaken.items()}
    if kinds.get(id_) != kind:
        return None
    shown = {key: names.of(found, Named(key)) for key, found in kinds.items()}
    if len(kinds) > 1 and set(kinds.values()) == {"business", "pixel"}:
        return failed(
            f"The ids of --business and --pixel are swapped: {' and '.join(shown.values())}",
            "exchange the ids of the two options",
        )
    return failed(f"This is the id of a {kind}: {shown[id_]}", f"give the id with --{kind}")


def _holders(observed: Observed, names: Names) -> list[str]:
    """Return a sentence for each business that the user of a credential set administers."""
    return [
        f"credential set {names.credentials(each.name)} belongs to an admin of "
        f"{names.of('business', business_of(observed, key))}"
        for each in observed.sets
        for key, role in each.is_admin.items()
        if role is True
    ]


def _admins(observed: Observed, names: Names, business: str) -> list[str]:
    return [
        names.credentials(each.name)
        for each in observed.sets
        if each.is_admin.get(business) is True
    ]


def _unexpected(read: object) -> GraphError | None:
    """Return the error of a read, except the error for an object that the token cannot see."""
    return None if isinstance(read, NotVisibleError) else _error(read)


def _advice(observed: Observed, read_of: Callable[[SetRead], object]) -> str:
    """Return the advice of the first error among the reads of an object."""
    errors = (_unexpected(read_of(each)) for each in observed.sets)
    return next((error.advice for error in errors if error), "")


def _error(read: object) -> GraphError | None:
    return read if isinstance(read, GraphError) else None


def business_of(observed: Observed, business: str) -> Named:
    """Return a business with its name, if a credential set has read the name."""
    for each in observed.sets:
        for named in _named_businesses(each):
            if named.id == business:
                return named
    return Named(business)


def _named_businesses(found: SetRead) -> Iterator[Named]:
    if isinstance(found.businesses, tuple):
        yield from found.businesses
    for read in found.pixels.values():
        if isinstance(read, Pixel) and read.owner:
            yield read.owner


def _pixel(observed: Observed, pixel: str) -> Named:
    reads = (each.pixels.get(pixel) for each in observed.sets)
    return next((read.pixel for read in reads if isinstance(read, Pixel)), Named(pixel))

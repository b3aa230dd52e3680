"""Parts of the sentences of findings."""

from __future__ import annotations

from metapixel_cli.access.judging.report import Route, Row


def access(row: Row) -> str:
    if row.route is Route.AD_ACCOUNT:
        return f"the permission of {holder(row)} on {pixel(row)}"
    if row.route is Route.REQUEST:
        return f"{named('sharing request', '', row.subject_id)} to {business(row)}"
    return f"the share of {pixel(row)} with {business(row)}"


def holder(row: Row) -> str:
    """Return the words for the ad account or user of a row, with its business."""
    subject = named(row.route.value, row.subject_name, row.subject_id)
    return f"{subject} of {business(row)}"


def pixel(row: Row) -> str:
    return named("pixel", row.pixel_name, row.pixel_id)


def business(row: Row) -> str:
    return named("business", row.business_name, row.business_id)


def named(kind: str, name: str, id_: str) -> str:
    return f"{kind} {name} ({id_})" if name else f"{kind} {id_ or 'with an unknown id'}"

"""The text that the probe prints before it writes: the assets, the writes, and what remains."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.probe.bench import Bench


def plan(bench: Bench) -> str:
    """Return what the probe will do, on which assets, and what it cannot undo."""
    return "\n".join(_lines(bench))


def _lines(bench: Bench) -> Iterator[str]:
    target = bench.target
    yield f"The probe works on pixel {target.pixel} of business {target.owner}."
    yield f"It shares the pixel with agency {target.agency} and removes the share, several times."
    if bench.agency and target.ad_account:
        account = target.ad_account
        yield f"It permits ad account {account} on the pixel, and withdraws the permission."
    if bench.agency and not bench.related:
        yield "It opens sharing requests to the agency, and approves or declines them."
        yield "The probe cannot undo this:"
        yield "  - The ended requests stay listed at both businesses."
        yield "  - An approval leaves a relationship, so later shares are active at once."
    elif bench.related:
        yield "The probe cannot undo this:"
        yield "  - If Meta ends a relationship with the last share, the relationship of the two"
        yield "    businesses ends, unless the agency has another share."
    else:
        yield "Without the agency's token, the probe opens no request and creates no share."
    yield "If another admin has to approve a write, the probe stops, and this admin must answer."
    yield "Otherwise, at the end, the pixel again has no share, no permission and no open request."
    yield "Until the end, do not share any pixel of the business with this agency."

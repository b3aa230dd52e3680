"""pixels-never-shared: the pixels on a list are never shared."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import Severity

from metapixel_policy.resources import PixelShare
from metapixel_policy.rule import resource_rule
from metapixel_policy.settings import Config, id_list

PIXELS = id_list("pixels", "Ids of the pixels that may not be shared with anybody.")


def _check(share: PixelShare, config: Config) -> Iterator[str]:
    if share.pixel_id in config[PIXELS]:
        yield "The pixel may not be shared"


pixels_never_shared = resource_rule(
    PixelShare,
    name="pixels-never-shared",
    description="The pixels on a list are shared with nobody.",
    severity=Severity.CRITICAL,
    remediation="Remove the agency's access to the pixel, or correct the id of the pixel.",
    check=_check,
    settings=[PIXELS],
)

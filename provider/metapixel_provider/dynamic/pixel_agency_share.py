"""The dynamic providers of `PixelAgencyShare`. Never move them: states contain their paths."""

from __future__ import annotations

from pulumi.dynamic import CheckFailure, CheckResult

from metapixel_provider.dynamic.adapter import Adapter
from metapixel_provider.sharing.days import NO_LAST_DAY
from metapixel_provider.sharing.resource_types import ResourceType


class PixelAgencyShareProvider(Adapter):
    """The provider of shares in `AgencyAccess`."""

    type_ = ResourceType.SHARE


class ShareAloneProvider(PixelAgencyShareProvider):
    """The provider of shares outside of `AgencyAccess`, which have no last day.

    A check does not get the parent of a resource, so the class of its provider contains it.
    """

    def check(self, _olds: dict[str, object], news: dict[str, object]) -> CheckResult:
        checked = super().check(_olds, news)
        if news.get("expires_on") is not None:
            checked.failures.append(CheckFailure("expires_on", NO_LAST_DAY))
        return checked

"""The pixels of a component: their labels, and the ad accounts that may use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pulumi

from metapixel_provider.sharing import ids

T = TypeVar("T")


@dataclass(frozen=True)
class DeclaredPixel:
    """A pixel of a component. `labels` are its label and its former labels."""

    pixel_id: pulumi.Input[str | int]
    ad_accounts: tuple[str, ...]
    labels: tuple[str, ...]

    @classmethod
    def of(
        cls,
        pixel_id: pulumi.Input[str | int],
        ad_accounts: Sequence[str | int],
        label: str,
        previously: Sequence[str],
        title: str,
    ) -> DeclaredPixel:
        """Return a pixel, with its ad accounts as digits. `title` names it in errors.

        Raises pulumi.RunError if a value is wrong.
        """
        return cls(pixel_id, _digits(ad_accounts, title), (label, *_labels(previously, title)))


def by_label(title: str, pixels: Mapping[str, T]) -> Mapping[str, T]:
    """Return the argument `pixels` of a component. Raise pulumi.RunError if it has no labels."""
    if not isinstance(pixels, Mapping):
        raise pulumi.RunError(
            f"{title}: pixels does not map labels to ids; pass a dictionary such as "
            f"{{'shop': '1290034567800001'}}"
        )
    return pixels


def _labels(previously: Sequence[str], title: str) -> tuple[str, ...]:
    # In a text, each character would count as a label.
    if isinstance(previously, str | pulumi.Output):
        raise pulumi.RunError(f"{title}: previously is not a list of labels; pass ['shop']")
    return tuple(previously)


def _digits(ad_accounts: Sequence[str | int], title: str) -> tuple[str, ...]:
    # In a text, each character would count as an id.
    if isinstance(ad_accounts, str | pulumi.Output):
        raise pulumi.RunError(f"{title}: ad_accounts is not a list of ids; pass ['act_123']")
    try:
        return tuple(dict.fromkeys(map(ids.ad_account, ad_accounts)))
    except ValueError as error:
        raise pulumi.RunError(f"{title}: ad_accounts: {error}") from None

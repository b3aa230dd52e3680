"""Texts of access files."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import settings

from metapixel_provider.access_file.model import AccessFileError
from metapixel_provider.access_file.reader import loads

#: A failure is the same in each run.
random_files = settings(max_examples=60, derandomize=True)

COMPLETE = """\
version: 1
owner: "1001204537800111"
pixels:
  shop-de: "1290034567800001"
  shop-fr: {id: "1290034567800002", previously: [shop-france]}
agencies:
  northlight:
    business: "2002345678900222"
    previously: [north-light]
    contact: anna@shop.example
    reason: Spring campaign, contract 4711
    expires_on: "2027-03-31"        # last day of access, UTC
    access:
      shop-de: [ADVERTISE, ANALYZE]
      shop-fr:
        tasks: [ANALYZE]
        expires_on: "2026-12-31"
        reason: "null"   # text, because of the quotes
        ad_accounts: []
    ad_accounts: ["607700000000331"]   # on each pixel of the agency
accepted:
  - finding: unmanaged
    business: "4004567890000444"
    pixel: shop-de
    reason: Sister company
    expires_on: "2027-06-30"
"""

#: The beginning of a file: lines 1 to 5.
HEAD = """\
version: 1
owner: "1001204537800111"
pixels:
  shop-de: "1290034567800001"
  shop-fr: "1290034567800002"
"""

#: An agency with a share: lines 6 to 10 after HEAD.
AGENCY = """\
agencies:
  northlight:
    business: "2002345678900222"
    access:
      shop-de: [ANALYZE]
"""


def mistakes(text: str) -> list[str]:
    """Return the mistakes in a file, each as `LINE:COLUMN: SENTENCE`."""
    with pytest.raises(AccessFileError) as raised:
        loads(text, "access.yaml")
    return [line.removeprefix("access.yaml:") for line in str(raised.value).splitlines()]


def merged(text: str, entries: str) -> str:
    """Return a file to which a person has added entries, each below the same keys."""

    def into(old: object, new: object) -> object:
        if not isinstance(new, dict):
            return new
        kept = old if isinstance(old, dict) else {}
        return {**kept, **{key: into(kept.get(key), value) for key, value in new.items()}}

    return yaml.safe_dump(into(yaml.safe_load(text), yaml.safe_load(entries)), sort_keys=False)

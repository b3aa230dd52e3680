"""Starts the pack: `pulumi preview --policy-pack policy`. The rules are in `metapixel_policy`."""

from pulumi_policy import EnforcementLevel, PolicyPack

from metapixel_policy import RULES

PolicyPack("metapixel", list(RULES), enforcement_level=EnforcementLevel.ADVISORY)

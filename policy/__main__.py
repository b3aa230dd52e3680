"""Starts the pack: `pulumi preview --policy-pack policy`. The rules are in `metapixel_policy`."""

from metapixel_policy import RULES
from pulumi_policy import EnforcementLevel, PolicyPack

PolicyPack("metapixel", list(RULES), enforcement_level=EnforcementLevel.MANDATORY)

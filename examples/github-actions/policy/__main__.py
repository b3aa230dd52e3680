"""The rules of metapixel_policy; policy-config.json beside this folder sets them."""

from pulumi_policy import EnforcementLevel, PolicyPack

from metapixel_policy import RULES

PolicyPack("pixel-access", list(RULES), enforcement_level=EnforcementLevel.MANDATORY)

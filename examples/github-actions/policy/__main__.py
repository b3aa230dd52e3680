"""The rules of metapixel_policy; policy-config.json beside this folder sets them."""

from metapixel_policy import RULES
from pulumi_policy import EnforcementLevel, PolicyPack

PolicyPack("pixel-access", list(RULES), enforcement_level=EnforcementLevel.MANDATORY)

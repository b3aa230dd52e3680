"""A policy pack with the rules of metapixel_policy, which ../policy-config.json configures."""

from pulumi_policy import EnforcementLevel, PolicyPack

from metapixel_policy import RULES

PolicyPack("pixel-access", list(RULES), enforcement_level=EnforcementLevel.MANDATORY)

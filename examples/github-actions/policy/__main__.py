"""A policy pack with the rules of metapixel_policy, which ../policy-config.json configures."""

from pulumi_policy import PolicyPack

from metapixel_policy import RULES

PolicyPack("pixel-access", list(RULES))

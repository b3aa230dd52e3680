"""A policy pack for access to Meta pixels, to publish or to run from its folder."""

from pulumi_policy import EnforcementLevel, PolicyPack

from metapixel_policy import RULES

PolicyPack(
    "metapixel",
    list(RULES),
    # Every entry states its level: the engine treats an entry without a level as advisory.
    initial_config={"all": EnforcementLevel.ADVISORY},
)

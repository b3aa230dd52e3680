"""The checks of the installation, the settings and the clock, once for all credential sets."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.doctor.judging.findings import (
    Finding,
    failed,
    set_name,
    success,
    unknown,
    warned,
)
from metapixel_cli.doctor.reading.observed import ENGINE, Observed
from metapixel_provider.graph.clock import TOLERATED, TOLERATED_FOR_WRITES, distance


def versions(observed: Observed) -> Iterator[Finding]:
    found = observed.versions
    installed = ", ".join(f"{name} {version}" for name, version in found.installed.items())
    if found.too_old:
        old = ", ".join(f"{name} (at least {least})" for name, least in found.too_old.items())
        text = f"Newer versions are required: {old}; installed are {installed}"
        yield failed("versions", text, "install these versions")
    elif ENGINE not in found.installed:
        yield warned(
            "versions",
            "The command `pulumi` was not found on PATH, or does not start",
            "install Pulumi from https://www.pulumi.com/docs/install/, or correct PATH",
        )
    else:
        yield success("versions", installed)


def settings(observed: Observed) -> Iterator[Finding]:
    """Judge the settings, or name the source of each. The values are not part of the report."""
    found = observed.settings
    for mistake in found.mistakes:
        yield failed("settings", mistake.sentence, mistake.advice)
    for oversight in found.warnings:
        yield warned("settings", oversight.sentence, oversight.advice)
    if found.mistakes:
        return
    sources = [f"{key}: {source or 'default'}" for key, source in found.sources.items()]
    for each in observed.sets:
        who = set_name(each.name)
        sources.append(f"token of {who}: {each.token_source or 'none'}")
        if each.unused_source:
            sources.append(
                f"{each.unused_source} is set, but not used, because "
                f"{each.token_source} takes precedence"
            )
        sources.append(f"app secret of {who}: {each.app_secret_source or 'none'}")
    yield success("settings", "; ".join(sources))


def clock(observed: Observed) -> Iterator[Finding]:
    difference = observed.clock_difference
    if difference is None:
        if any(each.obstacle is None for each in observed.sets):
            yield unknown("clock", "Meta's answers did not state the time")
        return
    if abs(difference) <= TOLERATED:
        yield success("clock", "the clock of this machine agrees with Meta's clock")
        return
    text = f"The clock of this machine is {distance(difference)} Meta's clock"
    advice = "set the clock, because access ends by dates"
    if abs(difference) <= TOLERATED_FOR_WRITES:
        yield warned("clock", text, advice)
    else:
        yield failed("clock", f"{text}, so no command writes to Meta", advice)

"""The checks of the installation, the settings, the connection and the API version."""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.doctor.judging import obstacles
from metapixel_cli.doctor.judging.names import Names
from metapixel_cli.doctor.judging.verdict import (
    Outcome,
    Verdict,
    failed,
    not_run,
    success,
    unknown,
    warned,
)
from metapixel_cli.doctor.reading.observed import Observed
from metapixel_provider.graph.clock import TOLERATED, TOLERATED_FOR_WRITES, distance
from metapixel_provider.graph.credentials import DEFAULT_API_VERSION

#: The lowest HTTP status of a server's own errors.
_SERVER_ERROR = 500


def versions(observed: Observed, names: Names) -> Iterator[Outcome]:
    found = observed.versions
    if found is None:
        return
    facts = (
        f"Pulumi engine {found.engine or 'not found'}",
        *(f"Python package {name} {version}" for name, version in found.packages.items()),
        f"Python {found.python}",
    )
    if found.too_old:
        old = ", ".join(f"{name} (at least {least})" for name, least in found.too_old.items())
        verdict = failed(f"Newer versions are required: {old}", "install these versions", *facts)
    elif not found.engine:
        verdict = warned(
            "The command `pulumi` was not found on PATH, or does not start",
            "install Pulumi from https://www.pulumi.com/docs/install/, or correct PATH",
            *facts,
        )
    else:
        verdict = success(*facts)
    yield Outcome(verdict)


def settings(observed: Observed, names: Names) -> Iterator[Outcome]:
    """Judge the settings, and list the source of each. The values are not part of the report."""
    found = observed.settings
    if found.problem is not None:
        omit = ", or omit --stack" if found.stack else ""
        yield Outcome(failed(str(found.problem), f"correct the cause{omit}"))
        return
    facts = [f"{key}: {source or 'default'}" for key, source in found.sources.items()]
    for each in observed.sets:
        who = names.credentials(each.name)
        facts.append(f"token of {who}: {each.token_source or 'none'}")
        if each.unused_source:
            facts.append(
                f"{each.unused_source} is set, but not used, because "
                f"{each.token_source} takes precedence"
            )
        facts.append(f"app secret of {who}: {each.app_secret_source or 'none'}")
    if found.mistakes:
        text = "; ".join(names.mistake(each) for each in found.mistakes)
        yield Outcome(failed(f"A setting is wrong: {text}", "correct the setting", *facts))
        facts = []
    for oversight in found.warnings:
        yield Outcome(warned(names.mistake(oversight), oversight.advice, *facts))
        facts = []
    if not found.mistakes and not found.warnings:
        yield Outcome(success(*facts))


def clock(observed: Observed, names: Names) -> Verdict:
    if reason := _no_call(observed):
        return not_run(reason)
    difference = observed.clock_difference
    if difference is None:
        return unknown("Meta's answers did not state the time")
    if abs(difference) <= TOLERATED:
        return success("the clock of this machine agrees with Meta's clock")
    error = f"The clock of this machine is {distance(difference)} Meta's clock"
    advice = "set the clock, because access ends by dates"
    if abs(difference) <= TOLERATED_FOR_WRITES:
        return warned(error, advice)
    return failed(f"{error}, so no command writes to Meta", advice)


def reachable(observed: Observed, names: Names) -> Verdict:
    if reason := _no_call(observed):
        return not_run(reason)
    answers = [each.refusal for each in observed.sets if each.user is not None]
    missing = [each for each in answers if each and obstacles.responsible(each) == "reachable"]
    if len(missing) < len(answers):
        return success("Meta answered")
    error = missing[0]
    text = names.error(error)
    if error.fault.code:
        return warned(
            f"Meta answered, but is temporarily unavailable: {text}",
            "run the command again later",
        )
    if error.fault.status >= _SERVER_ERROR:
        return warned(
            f"The address answers, but Meta or a proxy is temporarily unavailable: {text}",
            "run the command again later; if the answer stays the same, check metapixel:graphUrl "
            "and your proxies",
        )
    if error.fault.status:
        return failed(
            f"Something other than the Graph API answers at the address: {text}",
            "check metapixel:graphUrl, and check whether a proxy or a login page of your network "
            "answers instead of Meta",
        )
    return failed(
        f"Meta cannot be reached: {text}",
        "check the network, metapixel:graphUrl, the proxy settings (HTTPS_PROXY) and the trusted "
        "certificates (REQUESTS_CA_BUNDLE)",
    )


def api_version(observed: Observed, names: Names) -> Verdict:
    version = observed.settings.api_version
    if reason := obstacles.of_run(observed):
        return not_run(reason)
    errors = (error for each in observed.sets for error in each.errors())
    refused = next((each for each in errors if each.fault.code == obstacles.WRONG_VERSION), None)
    if refused is not None:
        source = observed.settings.sources.get("apiVersion") or "metapixel:apiVersion"
        return failed(
            f"Meta refuses version {version}: {names.error(refused)}",
            f"set {source} to a version that Meta supports; the default is {DEFAULT_API_VERSION}",
        )
    if not any(each.is_accepted for each in observed.sets):
        return not_run(_no_answer(observed))
    return success(f"Meta accepts version {version}")


def _no_call(observed: Observed) -> str:
    """Return the reason why no call was sent, or an empty string."""
    if reason := obstacles.of_run(observed):
        return reason
    sent = any(each.user is not None for each in observed.sets)
    return "" if sent else _no_answer(observed)


def _no_answer(observed: Observed) -> str:
    """Return the reasons why the reads with all credential sets failed."""
    return "; ".join(dict.fromkeys(obstacles.of_set(observed, each) for each in observed.sets))

"""The checks of the installation, the settings, the connection and the API version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from metapixel_cli.doctor.judging import obstacles
from metapixel_cli.doctor.judging.api_versions import AS_OF, VERSIONS, ApiVersion, number
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

_SOON = timedelta(days=90)
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
        anonymous = "The configuration of the stack cannot be read, or does not fit the options"
        error = anonymous if names.is_anonymous else str(found.problem)
        omit = ", or omit --stack" if found.stack else ""
        yield Outcome(failed(error, f"correct the cause{omit}"))
        return
    facts = [f"{key}: {source or 'default'}" for key, source in found.sources.items()]
    for each in observed.sets:
        who = names.credentials(each.name)
        facts.append(f"token of {who}: {names.source(each.token_source) or 'none'}")
        if each.unused_source:
            facts.append(
                f"{names.source(each.unused_source)} is set, but not used, because "
                f"{names.source(each.token_source)} takes precedence"
            )
        facts.append(f"app secret of {who}: {names.source(each.app_secret_source) or 'none'}")
    if found.mistakes:
        text = "; ".join(names.mistake(each) for each in found.mistakes)
        yield Outcome(failed(f"A setting is wrong: {text}", "correct the setting", *facts))
        facts = []
    for oversight in found.warnings:
        prefix = "A setting is probably not meant: " if names.is_anonymous else ""
        error = f"{prefix}{names.mistake(oversight)}"
        yield Outcome(warned(error, names.advice(oversight), *facts))
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
    known = next((each for each in VERSIONS if each.name == version), None)
    advice = _change_version(observed, is_accepted=refused is None)
    if refused is not None:
        kind = ""
        if known is None or known.ends is not None:
            newer, older = ", which may not exist yet", ", which has probably ended"
            kind = newer if _is_newer(version) else older
        error = f"Meta refuses version {version}{kind}: {names.error(refused)}"
        return failed(error, advice)
    today = observed.now.date()
    if known is not None and known.ends is not None and known.ends < today:
        return failed(f"Version {version} ended on {known.ends}", advice)
    if not any(each.is_accepted for each in observed.sets):
        return not_run(_no_answer(observed))
    if known is None:
        age = "newer" if _is_newer(version) else "older"
        return warned(
            f"Meta accepts version {version}, which is {age} than the versions that this release "
            f"knows (table of {AS_OF})",
            advice,
        )
    if known.ends is not None and known.ends - today < _SOON:
        return warned(f"Version {version} ends on {known.ends}", advice)
    if known.lasts_until is not None and known.lasts_until < today:
        return warned(
            f"Version {version} may end at any time, because Meta guaranteed it only until "
            f"{known.lasts_until}",
            advice,
        )
    return success(f"version {version}, released on {known.released}", _end(known))


def _change_version(observed: Observed, is_accepted: bool) -> str:
    version = observed.settings.api_version
    source = observed.settings.sources.get("apiVersion")
    if version == VERSIONS[-1].name or (is_accepted and _is_newer(version)):
        return f"update pulumi-metapixel, or use the default version {DEFAULT_API_VERSION}"
    if _is_newer(version):
        return f"correct {source}; the default is {DEFAULT_API_VERSION}"
    if number(version) < number(DEFAULT_API_VERSION):
        return f"set {source} to a newer version; the default is {DEFAULT_API_VERSION}"
    setting = source or "metapixel:apiVersion or META_API_VERSION"
    return f"set {setting} to {VERSIONS[-1].name}, and update pulumi-metapixel"


def _end(version: ApiVersion) -> str:
    if version.ends:
        return f"it ends on {version.ends}"
    least = f", and guarantees the version until {version.lasts_until}"
    return f"Meta had published no end by {AS_OF}{least if version.lasts_until else ''}"


def _is_newer(version: str) -> bool:
    return number(version) > number(VERSIONS[-1].name)


def _no_call(observed: Observed) -> str:
    """Return the reason why no call was sent, or an empty string."""
    if reason := obstacles.of_run(observed):
        return reason
    sent = any(each.user is not None for each in observed.sets)
    return "" if sent else _no_answer(observed)


def _no_answer(observed: Observed) -> str:
    """Return the reasons why the reads with all credential sets failed."""
    return "; ".join(dict.fromkeys(obstacles.of_set(observed, each) for each in observed.sets))

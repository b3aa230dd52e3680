"""The checks of the installation, the settings and the clock, which need no call to Meta."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from importlib import metadata

from metapixel_cli.doctor.check_results import CheckResult, failed, success, unknown, warned
from metapixel_cli.doctor.sets import CredentialSet
from metapixel_cli.stacks import pulumi
from metapixel_cli.stacks.pulumi import ConfiguredValue
from metapixel_provider.connection import KEYS, NAMESPACE, SECRET_KEYS, refused_keys
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.connection.graph_url import is_metas
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.graph import trace
from metapixel_provider.graph.clock import TOLERATED, TOLERATED_FOR_WRITES, distance
from metapixel_provider.sharing.days import configured_today
from metapixel_provider.texts import one_line

_DISTRIBUTION = "pulumi-metapixel"


def settings(
    configuration: Configuration, stack: str | None, configured: Mapping[str, ConfiguredValue]
) -> Iterator[CheckResult]:
    """Check the settings without their values. After an error, no call may be made."""
    mistakes = list(_mistakes(configuration, stack, configured))
    yield from (failed("settings", each, "correct the setting") for each in mistakes)
    yield from _oversights(configured)
    if not mistakes:
        yield success("settings", "; ".join(_setting_sources(configuration)))


def _setting_sources(configuration: Configuration) -> Iterator[str]:
    for key in KEYS:
        if key not in SECRET_KEYS:
            yield f"{key}: {configuration.source(key) or 'default'}"
    if os.environ.get(trace.VARIABLE):
        yield f"trace of calls: {trace.VARIABLE}"
    for name in set_names(configuration):
        who = name or "(default)"
        token, app_secret = configuration.secret_sources(name)
        yield f"token of {who}: {token or 'none'}"
        yield f"app secret of {who}: {app_secret or 'none'}"


def set_names(configuration: Configuration) -> list[str | None]:
    """Return the credential sets to check. The default set is left out if only named sets exist.

    Raises ConfigurationError, which is one of the mistakes in the settings.
    """
    named = sorted(configuration.set_names())
    token, _ = configuration.secret_sources(None)
    if named and not token:
        return [*named]
    return [None, *named]


def _mistakes(
    configuration: Configuration, stack: str | None, configured: Mapping[str, ConfiguredValue]
) -> Iterator[str]:
    """Yield a sentence about each setting that a program would refuse, without its value."""
    # Each of them raises the mistake of its setting.
    for check in (
        configuration.app_secrets_without_token,
        lambda: configuration.api_version,
        lambda: configuration.patience,
        lambda: configuration.graph_url,
        trace.start,  # This only opens the file.
    ):
        try:
            check()
        except ConfigurationError as error:
            yield str(error)
    elsewhere = "" if stack else "; if a stack's configuration contains the token, add --stack"
    # The first check has reported this error.
    with suppress(ConfigurationError):
        for variable, token in configuration.app_secrets_without_token().items():
            secret = one_line(variable, 80)
            yield (
                f"{secret} is set, but there is no token for this app secret; export "
                f"{one_line(token, 80)}, or unset {secret}{elsewhere}"
            )
    for name, value in configured.items():
        namespace, _, key = name.partition(":")
        if namespace == NAMESPACE:
            yield from _mistakes_in_stack(key, value)


def _mistakes_in_stack(key: str, value: ConfiguredValue) -> Iterator[str]:
    name = f"{NAMESPACE}:{key}"
    if key not in KEYS:
        yield refused_keys.unknown(name, value.is_secret)
    elif key in SECRET_KEYS and not value.is_secret:
        if mistake := refused_keys.in_plain_text(key, value.text):
            yield mistake
    elif key == "today":
        try:
            configured_today(value.text)
        except ValueError:
            text = "set a date such as 2027-07-01, or remove the key"
            yield f"The value of {name} is not valid; {text}"


def _oversights(configured: Mapping[str, ConfiguredValue]) -> Iterator[CheckResult]:
    """Yield a warning about each setting that is probably not meant."""
    today, address = f"{NAMESPACE}:today", f"{NAMESPACE}:graphUrl"
    if today in configured:
        text = f"{today} is set, so access ends as if its date were the current date"
        advice = f"remove the key {today}, unless you are testing how access ends"
        yield warned("settings", text, advice)
    given = configured[address].text.strip() if address in configured else ""
    if given and not is_metas(given):
        text = f"{address} is not an address of Meta's, so no command reaches Meta"
        advice = f"remove the key {address}, unless you are working with the simulator"
        yield warned("settings", text, advice)


def versions() -> CheckResult:
    """Check the version of the engine, which pip does not install with the packages."""
    requirements = " ".join(metadata.requires(_DISTRIBUTION) or ())
    (least,) = re.findall(r"\bpulumi>=([0-9.]+)", requirements)
    engine = pulumi.version()
    if not engine:
        text = "The command `pulumi` was not found on PATH, or does not start"
        advice = "install Pulumi from https://www.pulumi.com/docs/install/, or correct PATH"
        return warned("versions", text, advice)
    if tuple(map(int, engine.split("."))) < tuple(map(int, least.split("."))):
        text = f"The engine {engine} is too old: at least version {least} is required"
        return failed("versions", text, "install a newer version of Pulumi")
    installed = metadata.version(_DISTRIBUTION)
    return success("versions", f"{_DISTRIBUTION} {installed}, engine {engine}")


def clock(difference: timedelta | None, sets: Iterable[CredentialSet]) -> Iterator[CheckResult]:
    """Check Meta's time minus the local time. It is None if no response had Meta's time."""
    if difference is None:
        # If no set works, there was no response, which other results report.
        was_answered = any(each.obstacle is None for each in sets)
        if was_answered:
            yield unknown("clock", "Meta's responses did not state the time")
        return
    text = f"The clock of this machine is {distance(difference)} Meta's clock"
    advice = "set the clock, because access ends by dates"
    if abs(difference) <= TOLERATED:
        yield success("clock", "the clock of this machine agrees with Meta's clock")
    elif abs(difference) <= TOLERATED_FOR_WRITES:
        yield warned("clock", text, advice)
    else:
        yield failed("clock", f"{text}, so no command writes to Meta", advice)

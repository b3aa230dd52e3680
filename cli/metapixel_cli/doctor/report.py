"""The report of a diagnosis: one credential set after the other, each up to its first error."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from metapixel_cli.doctor import credentials, setup
from metapixel_cli.doctor.assets import Assets
from metapixel_cli.doctor.check_results import CheckResult, ResultKind, failed
from metapixel_cli.doctor.connection import connection
from metapixel_cli.doctor.sets import CredentialSet, connected
from metapixel_cli.stacks import pulumi, settings
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.export import resources_in
from metapixel_cli.stacks.pulumi import ConfiguredValue
from metapixel_cli.stacks.settings import Records
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import ConfigurationError
from metapixel_provider.graph.clock import Clock
from metapixel_provider.graph.limits import RateLimiter

#: The checks that can be left out, and the operations whose scopes are then not required.
SKIPPABLE = (
    "versions",
    "clock",
    credentials.DESCRIPTION,
    "business-role",
    "share-app-access",
    *credentials.OPERATIONS,
)
_COMMAND = re.compile(r"`pulumi\s+config\s+(?:set|rm)\b")


@dataclass(frozen=True)
class DoctorReport:
    """The findings in the order of their checks. The JSON document has the same fields.

    `result` is the worst result of a check. `UNKNOWN` counts as a success.
    """

    #: A new version means that older readers would misunderstand.
    version: int
    result: ResultKind
    checked_at: str
    skipped: tuple[str, ...]
    findings: tuple[CheckResult, ...]


@dataclass(frozen=True)
class Diagnosis:
    stack: str | None
    cwd: Path
    businesses: tuple[str, ...]
    pixels: tuple[str, ...]
    skip: tuple[str, ...]
    graph_url: str | None
    api_version: str | None
    clock: Clock = field(default_factory=Clock)

    def report(self) -> DoctorReport:
        findings = tuple(map(self._with_stack, self._findings()))
        return DoctorReport(
            version=2,
            result=_worst(findings),
            checked_at=f"{self._now:%Y-%m-%dT%H:%M:%SZ}",
            skipped=tuple(sorted(self.skip)),
            findings=findings,
        )

    @property
    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.clock.now(), UTC)

    def _findings(self) -> Iterator[CheckResult]:
        if "versions" not in self.skip:
            yield setup.versions()
        try:
            configured, records, configuration = self._configuration()
        except StackError as error:
            advice = "correct the cause, or omit --stack" if self.stack else "correct the cause"
            yield failed("settings", str(error), advice)
            return
        found = tuple(setup.settings(configuration, self.stack, configured))
        yield from found
        if _worst(found) is not ResultKind.ERROR:
            yield from self._at_meta(configuration, records)

    def _at_meta(self, configuration: Configuration, records: Records) -> Iterator[CheckResult]:
        """Read from Meta, and yield the findings about the clock, the sets and the assets."""
        shared = settings.shared_pixels(records)
        sets = self._read_sets(configuration, records, shared.values())
        if "clock" not in self.skip:
            yield from setup.clock(self.clock.difference, sets)
        working = []
        for each in sets:
            found = tuple(self._check_set(each))
            for finding in found:
                yield replace(finding, credentials=each.title)
            if each.obstacle is None and _worst(found) is not ResultKind.ERROR:
                working.append(each)
        if "share" not in self.skip:
            # All sets have the same mapping of names.
            assets = Assets(sets, working, sets[0].names, shared)
            yield from assets.findings(self.businesses, self.pixels)

    def _configuration(self) -> tuple[Mapping[str, ConfiguredValue], Records, Configuration]:
        """Return the configuration and the records of the stack, and the settings that result.

        The address for the tokens is that of the option, or else that of the stack's resources.
        Raises StackError if no token may be sent.
        """
        if self.stack is None:
            # The tokens of the environment may be meant for the address of the selected stack.
            if not self.graph_url:
                settings.check_selected(self.cwd)
            return {}, [], self._configuration_of({})
        configured = pulumi.configuration(self.stack, self.cwd, decrypts=True)
        values = {key: value.text for key, value in configured.items()}
        records: Records = []
        if self.graph_url:
            # The option replaces the addresses in the records, so these need not be readable.
            with suppress(StackError):
                records = resources_in(pulumi.export(self.stack, self.cwd, decrypts=True))
            return configured, records, self._configuration_of(values)
        records = resources_in(pulumi.export(self.stack, self.cwd, decrypts=True))
        if records:
            # It can be that of a declared provider. `setup.settings` reports a mistake in it later.
            with suppress(ConfigurationError):
                url = self._configuration_of(values).graph_url
                values[settings.ADDRESS] = settings.address(self.stack, records, url)
        return configured, records, self._configuration_of(values)

    def _configuration_of(self, values: Mapping[str, object], provider: str = "") -> Configuration:
        options = {"graphUrl": self.graph_url, "apiVersion": self.api_version}
        return Configuration(values.get, os.environ, self.stack is not None, provider, options)

    def _read_sets(
        self, configuration: Configuration, records: Records, shared_pixels: Iterable[str]
    ) -> list[CredentialSet]:
        """Return the credential sets with the data of all their reads."""
        limiter, names = RateLimiter(), dict[str, str]()
        # Somebody may have given the id of a pixel as the id of a business.
        pixels = list(dict.fromkeys([*self.pixels, *shared_pixels, *self.businesses]))
        businesses = list(self.businesses)
        sets = []
        for name, source in self._sets_to_check(configuration, records):
            found = CredentialSet(name, source, connected(name, source, limiter, self.clock), names)
            found.read_token(pixels)
            owners = [each for each in found.owners.values() if isinstance(each, str)]
            businesses += filter(None, owners)
            sets.append(found)
        # Another set may have read the owner of a pixel, so the roles are read last.
        for found in sets:
            found.read_roles(businesses)
        return sets

    def _sets_to_check(
        self, configuration: Configuration, records: Records
    ) -> Iterator[tuple[str | None, Configuration]]:
        """Yield the name and the configuration of each credential set and declared provider."""
        default_token, _ = configuration.secret_sources(None)
        for name in setup.set_names(configuration):
            has_token = name is not None or default_token
            # A stack with only declared providers needs no token in its configuration.
            if has_token or settings.uses_configuration(records):
                yield name, configuration
        for provider, inputs in settings.declared_inputs(records).items():
            yield None, self._configuration_of(inputs, provider)

    def _check_set(self, found: CredentialSet) -> Iterator[CheckResult]:
        """Yield findings up to the first error. Those of the connection cannot be left out."""
        yield from connection(found)
        if found.obstacle is not None:
            return
        for finding in self._check_token(found):
            if finding.check not in self.skip:
                yield finding
                if finding.result is ResultKind.ERROR:
                    return

    def _check_token(self, found: CredentialSet) -> Iterator[CheckResult]:
        if credentials.DESCRIPTION not in self.skip:
            yield from credentials.description(found, self._now)
        if "share" not in self.skip:
            yield credentials.app_access(found)
        operations = [each for each in credentials.OPERATIONS if each not in self.skip]
        if operations:
            yield credentials.scopes(found, operations)
        yield credentials.business_role(found)

    def _with_stack(self, finding: CheckResult) -> CheckResult:
        """Return a finding with the stack in its commands, because another may be selected."""
        if not self.stack:
            return finding
        option = f" --stack {shlex.quote(self.stack)}"
        text = _COMMAND.sub(lambda command: f"{command[0]}{option}", finding.text)
        return replace(finding, text=text)


def _worst(findings: Sequence[CheckResult]) -> ResultKind:
    """Return the worst result. `UNKNOWN` counts as a success."""
    results = {each.result for each in findings}
    for kind in (ResultKind.ERROR, ResultKind.NOT_RUN, ResultKind.WARNING):
        if kind in results:
            return kind
    return ResultKind.SUCCESS

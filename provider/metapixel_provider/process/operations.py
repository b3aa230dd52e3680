"""The engine's operations on one resource: lifecycle methods, with the claims of the run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metapixel_provider.connection.environment import is_variable
from metapixel_provider.errors import ConfigurationError, MetaPixelError, RefusedError, one_line
from metapixel_provider.process.claims import (
    Claim,
    created_again,
    two_records_deleted,
    two_records_read,
)
from metapixel_provider.process.failures import CONFIGURATION_OF_THE_LAST_UP
from metapixel_provider.sharing import ids
from metapixel_provider.sharing.contract import Checked, Outcome, Problem
from metapixel_provider.sharing.forms import UNKNOWN

if TYPE_CHECKING:
    from metapixel_provider.process.runtime import Runtime
    from metapixel_provider.sharing.contract import Difference, Lifecycle, Notice, Properties
    from metapixel_provider.sharing.meta import Meta

#: The maximum length of an input value in an error.
_LONGEST_VALUE = 200


@dataclass(frozen=True)
class Operations:
    """The operations on a resource. Without a `urn`, notices do not belong to it."""

    lifecycle: Lifecycle
    runtime: Runtime
    urn: str = ""

    def check(self, olds: Properties, news: Properties) -> Checked:
        """Report mistakes in inputs, each with its property. Needs no network and no token.

        `olds` are the recorded inputs. They are empty if the engine will create the resource.
        """
        self.runtime.check_configuration()
        checked = self.lifecycle.check(news, olds)
        problems = list(checked.problems)
        wrong_set = self.runtime.configuration.sets.wrong_name(checked.inputs.get("credentials"))
        if wrong_set:
            problems.append(Problem("credentials", wrong_set))
        key = None if problems else self.lifecycle.key(checked.inputs)
        if key is not None:
            urn = self.urn if self.lifecycle.described.is_unique else ""
            is_recorded = bool(olds) and self.lifecycle.key(olds) == key
            wrong = self._wrong_import(key) or self.runtime.claims.declare(
                self._kind, key, checked.inputs, urn, is_recorded
            )
            if wrong:
                problems.append(Problem(self.lifecycle.described.identity[0], wrong))
            elif self.runtime.claims.of(self._kind, key).is_absent:
                self._report([created_again(self._kind, key)])
        return Checked(checked.inputs, tuple(_short(each, checked.inputs) for each in problems))

    def diff(self, recorded: Properties, inputs: Properties) -> Difference:
        """Compare the recorded outputs with the inputs."""
        difference = self.lifecycle.difference(recorded, inputs)
        if difference.needs_update and (key := self.lifecycle.key(recorded)):
            self.runtime.claims.of(self._kind, key).needs_update = True
        self._report(difference.notices)
        return difference

    def planned(self, inputs: Properties) -> Outcome:
        """Return the result in a preview, in which no output is known."""
        outputs = (each.name for each in self.lifecycle.described.outputs)
        return Outcome("", {**inputs, **dict.fromkeys(outputs, UNKNOWN)})

    def create(self, inputs: Properties) -> Outcome:
        key = self.lifecycle.key(inputs) or ""
        with self.runtime.claims.writing(self._kind, key) as known:
            earlier = known.earlier
            is_ours = earlier or known.is_recorded or known.claim is Claim.DONE
            try:
                self._begin(key)
                meta = self._meta(inputs.get("credentials"))
                outcome = self.lifecycle.create(meta, inputs, earlier)
            except MetaPixelError as error:
                if earlier is None or not earlier.is_dropped:
                    raise
                outcome = self.lifecycle.unconfirmed(inputs, earlier.outputs, error)
        if not is_ours:
            self._report(outcome.existed)
        self._report(outcome.notices)
        return outcome

    def read(self, id_: str, recorded: Properties) -> Outcome:
        """See `Lifecycle.read`. Raises RefusedError for an unknown resource.

        A resource without a recorded status is read for an import or a `get`. If it does not exist,
        this is an error and not a deletion.
        """
        names = self.lifecycle.described.identity
        key = dict(zip(names, ids.parts(id_, names), strict=True))
        if not recorded:
            # The user may have written the id in another form, such as `act_123` for an account.
            id_ = self.lifecycle.key(key) or id_
            self.runtime.imported[self.urn] = id_
        recorded = recorded | key
        meta = self._meta_as_of_the_last_up(recorded.get("credentials"))
        outcome = self.lifecycle.read(meta, recorded)
        self._report((*outcome.existed, *outcome.notices))
        is_recorded = "status" in recorded
        if outcome.deleted and not is_recorded:
            raise RefusedError(
                f"{id_} cannot be read, because it does not exist at Meta, it still waits for the "
                f"agency, or this token cannot see it; correct the id, or let the program create "
                f"the resource"
            )
        if outcome.deleted and self.lifecycle.ends_access:
            self.runtime.claims.of(self._kind, id_).is_absent = True
        if outcome.inputs is not None and is_recorded and not outcome.deleted:
            is_second = self.runtime.claims.read(self._kind, outcome.id, outcome.outputs)
            if self.lifecycle.ends_access and is_second:
                self._report([two_records_read(outcome.id)])
        return outcome

    def update(self, recorded: Properties, inputs: Properties) -> Outcome:
        key = self.lifecycle.key(inputs) or ""
        with self.runtime.claims.writing(self._kind, key):
            self._begin(key)
            meta = self._meta(inputs.get("credentials"))
            outcome = self.lifecycle.update(meta, recorded, inputs)
        self._report((*outcome.existed, *outcome.notices))
        return outcome

    def delete(self, id_: str, recorded: Properties) -> None:
        """See `Lifecycle.delete`. A resource that the program still declares is not deleted."""
        key = self.lifecycle.key(recorded) or id_
        if not self.lifecycle.ends_access:
            # No token is needed, and a renamed resource is still declared.
            if not self.runtime.claims.of(self._kind, key).is_declared:
                self._report(self.lifecycle.removed(recorded))
            return
        request_id = str(recorded.get("pending_request_id") or "")
        with self.runtime.claims.deleting(self._kind, key, request_id) as known:
            self._begin(key)
            if known.claim is Claim.INHERITED:
                declared = known.declared_inputs(recorded)
                meta = self._meta(declared.get("credentials"))
                outcome = self.lifecycle.supersede(meta, recorded, declared)
                self._report(outcome.notices if outcome else ())
                known.outputs = outcome.outputs if outcome else recorded
            elif known.claim is Claim.NONE and known.has_deleted(request_id):
                self._report([two_records_deleted(key)])
            elif known.claim is Claim.NONE:
                meta = self._meta_as_of_the_last_up(recorded.get("credentials"))
                self._report(self.lifecycle.delete(meta, recorded))

    def _wrong_import(self, key: str) -> str | None:
        """Return the problem if the program imports another id than the inputs declare.

        Otherwise Pulumi, which reads a resource before it checks the inputs, would record the other
        resource and only warn.
        """
        imported = self.runtime.imported.get(self.urn) if self.urn else None
        if imported in (None, key):
            return None
        return f"the inputs declare {key}, but the program imports {imported}; correct one of them"

    def _begin(self, key: str) -> None:
        self.runtime.begin(f"{self._kind} {key}")

    def _report(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            self.runtime.report(notice, self.urn)

    @property
    def _kind(self) -> str:
        return self.lifecycle.described.name

    def _meta(self, credentials: object) -> Meta:
        return self.runtime.meta(credentials if isinstance(credentials, str) else None)

    def _meta_as_of_the_last_up(self, credentials: object) -> Meta:
        """Return Meta for all reads and `destroy`, which use the configuration of the last `up`.

        Raises ConfigurationError with a message that explains this configuration, unless the token
        comes from the environment.
        """
        try:
            return self._meta(credentials)
        except ConfigurationError as error:
            name = credentials if isinstance(credentials, str) else None
            if is_variable(self.runtime.configuration.sets.sources(name)[0]):
                raise
            raise ConfigurationError(f"{error}{CONFIGURATION_OF_THE_LAST_UP}") from None


def _short(problem: Problem, inputs: Properties) -> Problem:
    """Return a problem that the engine prints on a short line.

    The engine prints the whole value of the property that a problem names. So a problem with a long
    value names no property.
    """
    value = inputs.get(problem.property)
    if str(value) == one_line(value, _LONGEST_VALUE):
        return problem
    return Problem("", f"`{problem.property}`: {problem.reason}")

"""The engine's operations on one resource: lifecycle methods, with the claims of the run."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from metapixel_provider.errors import ConfigurationError, MetaPixelError, RefusedError
from metapixel_provider.process import claims
from metapixel_provider.process.claims import DONE, Claimed
from metapixel_provider.process.failures import hint_if_outdated
from metapixel_provider.sharing.contract import Checked, OlderRecord, Outcome, Problem
from metapixel_provider.sharing.forms import UNKNOWN
from metapixel_provider.sharing.lifecycles import lifecycle_of
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_provider.texts import one_line

if TYPE_CHECKING:
    from metapixel_provider.process.runtime import Runtime
    from metapixel_provider.sharing.contract import Difference, Notice, Properties
    from metapixel_provider.sharing.meta import Meta

#: The maximum length of an input value in an error.
_LONGEST_VALUE = 200


class Operations:
    """The operations on a resource. Without a `urn`, notices do not belong to it."""

    def __init__(self, type_: ResourceType, runtime: Runtime, urn: str = "") -> None:
        self._type, self._runtime, self._urn = type_, runtime, urn
        self._claims = runtime.claims
        self._lifecycle = lifecycle_of(type_)(self._claims, lambda: runtime.today)

    def check(self, olds: Properties, news: Properties) -> Checked:
        """Report mistakes in inputs. `olds` are the recorded inputs, which a new resource lacks."""
        self._runtime.check_configuration()
        checked = self._lifecycle.check(news, olds)
        problems = list(checked.problems)
        name = checked.inputs.get("credentials")
        if isinstance(name, str):
            problem = self._runtime.configuration.set_name_problem(name)
            if problem:
                problems.append(Problem("credentials", problem))
        key = self._type.id_of(checked.inputs)
        # Even a wrong answer is declared, so that no standing response accepts its request.
        is_declaration = not problems or self._type is ResourceType.RESPONSE
        if key is not None and is_declaration:
            refusal = self._declare(key, checked.inputs, olds)
            if refusal:
                problems.append(Problem(self._type.identity[0], refusal))
            elif self._claims.of(self._type, key).is_absent:
                self._runtime.report([claims.created_again(self._type, key)], self._urn)
        short_problems = tuple(_without_long_value(each, checked.inputs) for each in problems)
        return Checked(checked.inputs, short_problems)

    def _declare(self, key: str, inputs: Properties, olds: Properties) -> str:
        """Declare the resource in this run. Return the reason for a refusal, or an empty string."""
        # For an import, Pulumi reads the resource before it checks the inputs. It would record what
        # it has read, and only warn if the inputs declare another resource.
        imported = self._runtime.imported.get(self._urn, key)
        if imported != key:
            return (
                f"the inputs declare {key}, but the program imports {imported}; correct one of them"
            )
        is_recorded = bool(olds) and self._type.id_of(olds) == key
        # Claims refuse a key with two URNs. One request may have several answers, so they get none.
        urn = self._urn if self._type.is_unique else ""
        return self._claims.declare(self._type, key, inputs, urn, is_recorded)

    def diff(self, recorded: Properties, inputs: Properties) -> Difference:
        """Compare the recorded outputs with the inputs."""
        difference = self._lifecycle.difference(recorded, inputs)
        key = self._type.id_of(recorded)
        if difference.needs_update and key:
            # If this is a standing response, the diff of a permission that ended with its share
            # asks for this, because the response may accept a new share.
            self._claims.of(self._type, key).needs_update = True
        self._runtime.report(difference.notices, self._urn)
        return difference

    def planned(self, inputs: Properties) -> Outcome:
        """Return the result in a preview, in which no output is known."""
        outputs = (each.name for each in self._type.outputs)
        return Outcome("", {**inputs, **dict.fromkeys(outputs, UNKNOWN)})

    def create(self, inputs: Properties) -> Outcome:
        key = self._type.id_of(inputs) or ""
        with self._claims.writing(self._type, key) as known:
            older = known.older
            # Another record has the access, or this record is replaced, or this run wrote it.
            was_managed = older is not None or known.is_recorded or known.last_write == DONE
            try:
                meta = self._runtime.meta(inputs.get("credentials"), f"{self._type} {key}")
                outcome = self._lifecycle.create(meta, inputs, older)
            except MetaPixelError as error:
                if older is None or not older.is_dropped:
                    raise
                # This run dropped the only record of the access, so an error would lose the access.
                outcome = self._lifecycle.unconfirmed(inputs, older.outputs, error)
        if not was_managed:
            self._runtime.report(outcome.existed, self._urn)
        self._runtime.report(outcome.notices, self._urn)
        return outcome

    def read(self, id_: str, recorded: Properties, is_managed: bool = True) -> Outcome:
        """See `Lifecycle.read`. Raises RefusedError for an unknown resource.

        Only a refresh has a recorded status. An import or a `get` has none, and raises an error if
        the resource does not exist. `is_managed` is False for the refresh after a `get`.
        """
        key = self._type.ids_in(id_)
        if not recorded:
            # The user may have written the id in another form, such as `act_123` for an account.
            id_ = self._type.id_of(key) or id_
            if self._urn:  # A dynamic provider knows no URN, and has no import.
                self._runtime.imported[self._urn] = id_
        is_refresh = "status" in recorded
        outcome = self._read(recorded | key, is_refresh)
        self._runtime.report((*outcome.existed, *outcome.notices), self._urn)
        if not is_refresh:
            if outcome.deleted:
                raise RefusedError(
                    f"{id_} cannot be read, because it does not exist at Meta, it still waits for "
                    f"the agency, or this token cannot see it; correct the id, or let the program "
                    f"create the resource"
                )
        elif outcome.deleted:
            if self._type.is_access:
                self._claims.record_absence(self._type, id_)
        elif is_managed:
            is_second = self._claims.record_read(self._type, outcome.id, outcome.outputs)
            if is_second and self._type.is_access:
                self._runtime.report([claims.two_records_read(outcome.id)], self._urn)
        return outcome

    def _read(self, recorded: Properties, is_refresh: bool) -> Outcome:
        """Read a resource. A refresh may keep the record if a token of its own cannot read it."""
        try:
            return self._lifecycle.read(self._meta_as_of_the_last_up(recorded), recorded)
        except MetaPixelError as error:
            # A provider that the program declares has its own token, as a credential set has.
            has_own_token = recorded.get("credentials") or self._runtime.configuration.provider
            if is_refresh and error.needs_token and has_own_token:
                return self._lifecycle.unread(recorded, error)
            raise

    def update(self, recorded: Properties, inputs: Properties) -> Outcome:
        key = self._type.id_of(inputs) or ""
        with self._claims.writing(self._type, key):
            meta = self._runtime.meta(inputs.get("credentials"), f"{self._type} {key}")
            outcome = self._lifecycle.update(meta, recorded, inputs)
        self._runtime.report((*outcome.existed, *outcome.notices), self._urn)
        return outcome

    def start_to_delete(self, recorded: Properties) -> None:
        """Start to read Meta's time, which `delete` needs to write. `delete` reports an error."""
        if self._type.is_access:
            with suppress(MetaPixelError):
                self._meta_as_of_the_last_up(recorded).start_to_read_the_clock()

    def delete(self, id_: str, recorded: Properties) -> None:
        """See `Lifecycle.delete`. A resource that the program still declares is not deleted."""
        key = self._type.id_of(recorded) or id_
        if self._type.is_access:
            self._delete_access(key, recorded)
        # An answer cannot be undone, so nothing is sent. A renamed answer is still declared.
        elif not self._claims.of(self._type, key).is_declared:
            self._runtime.report(self._lifecycle.removed(recorded), self._urn)

    def _delete_access(self, key: str, recorded: Properties) -> None:
        request_id = str(recorded.get("pending_request_id") or "")
        with self._claims.deleting(self._type, key, request_id) as known:
            if known.last_write == DONE:
                return  # This run has created or updated the same access under another name.
            if known.is_declared:
                # The program declares the access under another name, which is not created yet.
                self._hand_over(known, key, recorded)
            elif known.has_deleted(request_id):
                # The state had two records of the access, and this run has ended the access.
                self._runtime.report([claims.two_records_deleted(key)], self._urn)
            else:
                self._runtime.report(self._end_access(key, recorded), self._urn)

    def _hand_over(self, known: Claimed, key: str, recorded: Properties) -> None:
        """Hand access over to the name that declares it, so that its old record can be dropped.

        If the record has other tasks than the declaration, the declared ones are sent, because the
        last write may have sent those of the record.
        """
        declared = known.declared_inputs(recorded)
        meta = self._runtime.meta(declared.get("credentials"), f"{self._type} {key}")
        sent = self._lifecycle.supersede(meta, recorded, declared)
        if sent is not None:
            self._runtime.report(sent.notices, self._urn)
            recorded = sent.outputs
        # The creation under the other name continues from this record.
        known.older = OlderRecord(recorded, is_dropped=True)

    def _end_access(self, key: str, recorded: Properties) -> tuple[Notice, ...]:
        try:
            meta = self._meta_as_of_the_last_up(recorded, f"{self._type} {key}")
            return self._lifecycle.delete(meta, recorded)
        except MetaPixelError as error:
            return self._lifecycle.not_deleted(recorded, error)

    def _meta_as_of_the_last_up(self, recorded: Properties, resource: str = "") -> Meta:
        """Return Meta for all reads and `destroy`, which use the configuration of the last `up`.

        Raises ConfigurationError with a message that explains this configuration, unless the token
        comes from the environment.
        """
        recorded_name = recorded.get("credentials")
        name = recorded_name if isinstance(recorded_name, str) else None
        try:
            return self._runtime.meta(name, resource)
        except ConfigurationError as error:
            token_source, _ = self._runtime.configuration.secret_sources(name)
            raise type(error)(f"{error}{hint_if_outdated(token_source)}") from None


def _without_long_value(problem: Problem, inputs: Properties) -> Problem:
    """Return a problem that names no property if the engine would print its long value with it."""
    value = inputs.get(problem.property)
    if str(value) == one_line(value, _LONGEST_VALUE):
        return problem
    return Problem("", f"`{problem.property}`: {problem.reason}")

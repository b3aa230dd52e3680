"""The checks of the businesses and pixels that the options name. One suitable set is enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from metapixel_cli.doctor.check_results import (
    CheckResult,
    failed,
    named,
    not_run,
    reason,
    success,
    warned,
)
from metapixel_cli.doctor.sets import CredentialSet
from metapixel_provider.connection.environment import environment_suffix
from metapixel_provider.errors import GraphError, NotVisibleError


@dataclass(frozen=True)
class Assets:
    """The checks of businesses and pixels. The `working` sets have no error of their own."""

    sets: Sequence[CredentialSet]
    working: Sequence[CredentialSet]
    names: Mapping[str, str]

    def findings(
        self,
        businesses: Sequence[str],
        pixels: Sequence[str],
        shared: Mapping[str | None, str],
    ) -> Iterator[CheckResult]:
        """Check the ids of options, and the pixels that a stack shares, by the name of the set."""
        if not self.working:
            return
        yield from map(self._business, businesses)
        # Without a record, a share of the pixel probably uses the default set.
        for pixel in dict.fromkeys(pixels):
            is_recorded = shared.get(None) == pixel
            yield self._swapped(None, pixel, is_recorded) or self._pixel(pixel)
        for name, pixel in shared.items():
            is_checked = name is None and pixel in pixels
            if not is_checked and (swapped := self._swapped(name, pixel, is_recorded=True)):
                yield swapped

    def _business(self, id_: str) -> CheckResult:
        check, shown = "business-admin", named("business", id_, self.names)
        if admins := self._admins(id_):
            return success(check, f"admin of {shown}: {', '.join(admins)}")
        if self._seen(id_):
            return _mistaken(check, id_, "pixel")
        if unread := self._unread(check, shown, lambda each: each.is_admin.get(id_)):
            return unread
        return failed(
            check,
            f"No credential set belongs to an admin of {shown}{self._holders()}",
            "check the id, and configure the token of an admin of this business",
        )

    def _pixel(self, id_: str) -> CheckResult:
        check = "pixel-owner"
        shown, seen = named("pixel", id_, self.names), self._seen(id_)
        if not seen and any(isinstance(each.is_admin.get(id_), bool) for each in self.working):
            return _mistaken(check, id_, "business")
        if not seen:
            return self._unread(check, shown, lambda each: each.owners.get(id_)) or failed(
                check,
                f"No credential set can see {shown}{self._holders()}",
                "check the id, and use the token of an admin of the business that owns the pixel",
            )
        owner = next(filter(None, seen), "")
        if not owner:
            return not_run(check, f"Meta did not return the owner of {shown}")
        return self._owner(shown, owner)

    def _owner(self, pixel: str, owner: str) -> CheckResult:
        check, shown = "pixel-owner", named("business", owner, self.names)
        if admins := self._admins(owner):
            return success(check, f"admin of {shown}, which owns {pixel}: {', '.join(admins)}")
        if unread := self._unread(check, shown, lambda each: each.is_admin.get(owner)):
            return unread
        text = (
            f"No credential set belongs to an admin of {shown}, which owns {pixel}, so no set can "
            f"share the pixel{self._holders()}"
        )
        if any(owner in each.listed for each in self.working):
            return failed(check, text, f"use the token of an admin of {shown}")
        return warned(
            check,
            text,
            "only the owner can share a pixel: use a token of the owner. If an agency created the "
            "pixel in its own business, the pixel cannot be moved",
        )

    def _swapped(self, name: str | None, id_: str, is_recorded: bool) -> CheckResult | None:
        """Return a finding if the set of this name cannot share the pixel, but another set can."""
        used = self._set_of(name)
        owner = next(filter(None, self._seen(id_)), "")
        admins = self._admins(owner)
        if used is None or not admins:
            return None
        is_unseen = is_recorded and isinstance(used.owners.get(id_), NotVisibleError)
        if used.is_admin.get(owner) is not False and not is_unseen:
            return None
        pixel, business = named("pixel", id_, self.names), named("business", owner, self.names)
        return warned(
            "pixel-owner",
            f"The credential set {used.title} does not belong to {business}, which owns "
            f"{pixel}, but the set {admins[0]} does{self._holders()}",
            f"swap the tokens of {used.title} and {admins[0]}, or declare the shares of the "
            f"pixel with the credentials {admins[0]}",
        )

    def _set_of(self, name: str | None) -> CredentialSet | None:
        """Return the set of a stack's `credentials`. A declared provider has no such name."""
        suffix = environment_suffix(name or "")
        for each in self.working:
            is_configured = not each.configuration.provider
            if is_configured and environment_suffix(each.name or "") == suffix:
                return each
        return None

    def _seen(self, id_: str) -> list[str]:
        """Return the owner of a pixel, or an empty string, for each set that can see the pixel."""
        reads = [each.owners.get(id_) for each in self.working]
        return [read for read in reads if isinstance(read, str)]

    def _admins(self, business: str) -> list[str]:
        return [each.title for each in self.working if each.is_admin.get(business) is True]

    def _holders(self) -> str:
        """Return a clause for each business that the user of a credential set administers."""
        clauses = ""
        for each in self.working:
            for business in each.administered:
                shown = named("business", business, self.names)
                clauses += f"; credential set {each.title} belongs to an admin of {shown}"
        return clauses

    def _unread(
        self, check: str, shown: str, read_of: Callable[[CredentialSet], object]
    ) -> CheckResult | None:
        """Return the reasons why a set that was not fully read might be the suitable one."""
        reasons, advice = [], ""
        for each in self.working:
            read = read_of(each)
            if isinstance(read, GraphError) and not isinstance(read, NotVisibleError):
                reasons.append(f"{each.title}: {reason(read)}")
                advice = advice or read.advice
        ended = [each.title for each in self.sets if each not in self.working]
        if ended:
            reasons.append(f"{', '.join(ended)}: another problem must be solved first")
        if not reasons:
            return None
        return not_run(check, f"{shown} was not checked: {'; '.join(reasons)}", advice)


def _mistaken(check: str, id_: str, kind: str) -> CheckResult:
    """Return an error about an id of this kind, which was given as an id of the other kind."""
    text = f"This is the id of a {kind}: {id_}"
    return failed(check, text, f"give the id with --{kind}")

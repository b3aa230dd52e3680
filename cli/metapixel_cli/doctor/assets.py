"""The checks of the businesses and pixels that the options name. One suitable set is enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from metapixel_cli.doctor.check_results import CheckResult, failed, not_run, reason, success, warned
from metapixel_cli.doctor.sets import CredentialSet, named
from metapixel_provider.connection.environment import environment_suffix
from metapixel_provider.errors import GraphError, NotVisibleError


@dataclass(frozen=True)
class Assets:
    """The checks of businesses and pixels. The `working` sets have no error of their own."""

    sets: Sequence[CredentialSet]
    working: Sequence[CredentialSet]
    names: Mapping[str, str]
    shared: Mapping[str | None, str]

    def findings(self, businesses: Sequence[str], pixels: Sequence[str]) -> Iterator[CheckResult]:
        """Check the ids of options. Of the pixels that a stack shares, find only swapped tokens."""
        if not self.working:
            return
        yield from map(self._check_business, businesses)
        for pixel in pixels:
            # A share of a pixel without a record probably uses the default set, whose name is None.
            yield self._find_swap(None, pixel) or self._check_pixel(pixel)
        for name, pixel in self.shared.items():
            was_checked_with_this_set = name is None and pixel in pixels
            swap = self._find_swap(name, pixel)
            if swap and not was_checked_with_this_set:
                yield swap

    def _check_business(self, id_: str) -> CheckResult:
        check = "business-admin"
        if self._is_pixel(id_):
            return failed(check, f"This is the id of a pixel: {id_}", "give the id with --pixel")
        shown = named("business", id_, self.names)
        text = f"No credential set belongs to an admin of {shown}{self._administered()}"
        advice = "check the id, and configure the token of an admin of this business"
        return self._admin_or_undecided(check, id_) or failed(check, text, advice)

    def _admin_or_undecided(self, check: str, business: str, about: str = "") -> CheckResult | None:
        """Return success if a set belongs to an admin, "not run" if that is open, or else None."""
        shown = named("business", business, self.names)
        if admins := self._admins(business):
            return success(check, f"admin of {shown}{about}: {', '.join(admins)}")
        return self._undecided(check, shown, self._roles(business))

    def _check_pixel(self, id_: str) -> CheckResult:
        """Check the owner of a pixel, or say why it is unknown, or that it is no pixel's id."""
        check, shown = "pixel-owner", named("pixel", id_, self.names)
        if owner := self._owner_of(id_):
            return self._check_owner(shown, owner)
        if self._is_pixel(id_):
            return not_run(check, f"Meta did not return the owner of {shown}")
        # Meta grants or denies a role only in a business. An unread role is an error or None.
        is_business = any(isinstance(role, bool) for role in self._roles(id_).values())
        if is_business:
            text = f"This is the id of a business: {id_}"
            return failed(check, text, "give the id with --business")
        reads = {each.title: each.owners.get(id_) for each in self.working}
        if undecided := self._undecided(check, shown, reads):
            return undecided
        text = f"No credential set can see {shown}{self._administered()}"
        advice = "check the id, and use the token of an admin of the business that owns the pixel"
        return failed(check, text, advice)

    def _check_owner(self, pixel: str, owner: str) -> CheckResult:
        check, shown = "pixel-owner", named("business", owner, self.names)
        if result := self._admin_or_undecided(check, owner, f", which owns {pixel}"):
            return result
        text = (
            f"No credential set belongs to an admin of {shown}, which owns {pixel}, so no set can "
            f"share the pixel{self._administered()}"
        )
        # Meta lists to each token the businesses in which its user has a role.
        has_other_role = any(owner in each.listed for each in self.working)
        if has_other_role:
            return failed(check, text, f"use the token of an admin of {shown}")
        advice = (
            "only the owner can share a pixel: use a token of the owner. If an agency created the "
            "pixel in its own business, the pixel cannot be moved"
        )
        return warned(check, text, advice)

    def _find_swap(self, name: str | None, id_: str) -> CheckResult | None:
        """Return a finding if the set of this name cannot share the pixel, but another set can."""
        used, owner = self._set_named(name), self._owner_of(id_)
        admins = self._admins(owner)
        if used is None or not admins:
            return None
        is_no_admin = used.is_admin.get(owner) is False
        # A set with which the stack has shared the pixel should see it.
        is_recorded = self.shared.get(name) == id_
        cannot_see = is_recorded and isinstance(used.owners.get(id_), NotVisibleError)
        if not (is_no_admin or cannot_see):
            return None
        pixel, business = named("pixel", id_, self.names), named("business", owner, self.names)
        return warned(
            "pixel-owner",
            f"The credential set {used.title} does not belong to {business}, which owns "
            f"{pixel}, but the set {admins[0]} does{self._administered()}",
            f"swap the tokens of {used.title} and {admins[0]}, or declare the shares of the "
            f"pixel with the credentials {admins[0]}",
        )

    def _set_named(self, name: str | None) -> CredentialSet | None:
        """Return the set of a stack with this name. A set of a declared provider has no name."""
        suffix = environment_suffix(name or "")
        for each in self.working:
            is_of_stack = each.configuration.provider == ""
            if is_of_stack and environment_suffix(each.name or "") == suffix:
                return each
        return None

    def _owner_of(self, pixel: str) -> str:
        """Return the owner of a pixel, or an empty string if Meta returned it to no set."""
        for each in self.working:
            owner = each.owners.get(pixel)
            # Meta may leave out the owner for one set, and return it to another.
            if isinstance(owner, str) and owner:
                return owner
        return ""

    def _is_pixel(self, id_: str) -> bool:
        """Return whether a set can see a pixel of this id, with or without its owner."""
        return any(isinstance(each.owners.get(id_), str) for each in self.working)

    def _roles(self, business: str) -> Mapping[str, object]:
        """Return whether each set belongs to an admin of a business. A value may be an error."""
        return {each.title: each.is_admin.get(business) for each in self.working}

    def _admins(self, business: str) -> list[str]:
        return [title for title, role in self._roles(business).items() if role is True]

    def _administered(self) -> str:
        """Return a clause for each business that the user of a credential set administers."""
        clauses = ""
        for each in self.working:
            for business in each.administered:
                shown = named("business", business, self.names)
                clauses += f"; credential set {each.title} belongs to an admin of {shown}"
        return clauses

    def _undecided(self, check: str, shown: str, reads: Mapping[str, object]) -> CheckResult | None:
        """Return the reasons why a set that was not fully read might be the suitable one."""
        reasons, advice = [], ""
        for title, read in reads.items():
            # A set that cannot see the object is not the suitable one.
            if isinstance(read, GraphError) and not isinstance(read, NotVisibleError):
                reasons.append(f"{title}: {reason(read)}")
                advice = advice or read.advice
        failing = [each.title for each in self.sets if each not in self.working]
        if failing:
            reasons.append(f"{', '.join(failing)}: another problem must be solved first")
        if not reasons:
            return None
        return not_run(check, f"{shown} was not checked: {'; '.join(reasons)}", advice)

"""The summary at the end: who has access, who must accept, and commands to try next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from metapixel_simulator import World
from tools.demo.simulator import Running
from tools.stack import Recorded

Resources = Mapping[str, Recorded]

_SHARE = "PixelAgencyShare"
_PERMISSION = "PixelAdAccountPermission"
_HEADS = ("AGENCY", "PIXEL", "TASKS", "AD ACCOUNTS", "STATUS", "SINCE (UTC)")


@dataclass(frozen=True)
class Summary:
    """The simulated world after a run, and the state's resources before and after the run."""

    simulator: Running
    world: World
    before: Resources
    after: Resources

    def text(self, folder: str, env: str, seconds: float) -> str:
        """Return the whole summary. `folder` and `env` are paths for a shell."""
        parts = [
            self.changes(seconds),
            _titled("Who has access", self.access()),
            _titled("Who must accept", self.waiting() or ["nobody"]),
            _titled("Addresses", _columns(self.places())),
            _titled("Commands to try next", self.next_steps(folder, env)),
            "`make demo` prints this again, `make demo-down` removes the demonstration, and "
            "`make demo-down && make demo` starts a new one.",
        ]
        return "\n" + "\n\n".join(parts)

    def changes(self, seconds: float) -> str:
        """Return a sentence about the changes of the run."""
        changed = list(self._changed())
        if not changed:
            return "Nothing changed since the last run."
        return f"Done in {seconds:.0f} s: {'; '.join(changed)}."

    def _changed(self) -> Iterator[str]:
        for name in sorted({*self.before, *self.after}):
            old, new = self.before.get(name), self.after.get(name)
            if new is None:
                yield f"{name} was deleted"
            elif old is None:
                yield f"{name} is new and {new.text('status')}"
            elif old.text("status") != new.text("status"):
                yield f"{name} was {old.text('status')} and is {new.text('status')}"
            elif old.outputs != new.outputs:
                yield f"{name} has other values"

    def access(self) -> list[str]:
        """Return a table of the access in the simulator, with details from the state."""
        shares = {
            (each.text("pixel_id"), each.text("agency_business_id")): each
            for each in self.after.values()
            if each.kind == _SHARE
        }
        keys = sorted(
            {*shares, *self.world.shares}, key=lambda it: (it not in self.world.shares, it)
        )
        rows = [self._row(*key, shares.get(key)) for key in keys]
        return _columns([_HEADS, *rows]) if rows else ["nobody"]

    def _row(self, pixel: str, agency: str, share: Recorded | None) -> tuple[str, ...]:
        tasks = self.world.shares.get((pixel, agency), ())
        status = "ACTIVE" if tasks else share.text("status") if share else ""
        return (
            _name(self.world.businesses, agency),
            _name(self.world.pixels, pixel),
            ", ".join(tasks) or "none yet",
            ", ".join(self._ad_accounts(pixel, agency)) or "none",
            status if share else f"{status}, not in the stack",
            self._since(pixel, agency, share),
        )

    def _ad_accounts(self, pixel: str, business: str) -> Iterable[str]:
        allowed = [it[2] for it in self.world.permissions if it[:2] == (pixel, business)]
        yield from (_name(self.world.ad_accounts, account) for account in allowed)
        for each in self.after.values():
            account = each.text("ad_account_id")
            here = (each.text("pixel_id"), each.text("business_id")) == (pixel, business)
            if each.kind == _PERMISSION and here and account not in allowed:
                yield f"{_name(self.world.ad_accounts, account)} (waits)"

    def _since(self, pixel: str, agency: str, share: Recorded | None) -> str:
        """Return the time at which the agency last answered, was asked, or received the share."""
        asked = [
            each
            for each in self.world.requests.values()
            if each.agency == agency and pixel in each.pixels
        ]
        moments = [asked[-1].ended_at or asked[-1].created_at] if asked else []
        if share is not None and share.created:
            moments.append(datetime.fromisoformat(share.created))
        latest = max(filter(None, moments), default=None)
        return f"{latest:%Y-%m-%d %H:%M}" if latest else "unknown"

    def waiting(self) -> list[str]:
        """Return lines that state who must accept each open request, and where."""
        lines = []
        for request in self.world.open_requests():
            pixels = ", ".join(_name(self.world.pixels, pixel) for pixel in request.pixels)
            agency = _name(self.world.businesses, request.agency)
            owner = _name(self.world.businesses, request.owner)
            lines.append(f"{agency} must accept request {request.id} from {owner}: {pixels}")
            lines.append(f"play its admin at {self.simulator.page}?business={request.agency}")
        return lines

    def places(self) -> list[tuple[str, str]]:
        """Return the addresses of the simulator."""
        url = self.simulator.url
        pixel = next(iter(self.world.pixels), "")
        return [
            ("page for people", self.simulator.page),
            (
                "Graph API",
                f"{url}/v26.0/{pixel}/agencies?fields=name,permitted_tasks&access_token=owner-token",
            ),
            ("control API", f"{url}/_control"),
        ]

    def next_steps(self, folder: str, env: str) -> list[str]:
        """Return commands to try, each with a description."""
        pulumi = f"pulumi -C {folder}"
        steps = [("use the demonstration's pulumi in this shell", f". {env}")]
        if self.world.open_requests():
            accepted = "after accepting on the page, record the share as active"
            steps.append((accepted, f"{pulumi} up --refresh"))
        else:
            removed = "after removing a share on the page, restore it"
            steps.append((removed, f"{pulumi} up --refresh"))
        if not any(each.kind == _PERMISSION for each in self.after.values()):
            by_code = f"{pulumi} config set actAsAgency true && {pulumi} up --refresh"
            if self.world.open_requests():
                what = "or accept in code, as the agency, and permit the agency's ad account"
                steps.append((what, by_code))
                again = "then run `up --refresh` again to record the accepted share as active"
                steps.append((again, f"{pulumi} up --refresh"))
            else:
                steps.append(("permit the agency's ad account in code, as the agency", by_code))
        steps.append(("end all access", f"{pulumi} destroy"))
        return [line for what, command in steps for line in (f"# {what}", command)]


def _titled(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines)])


def _name(among: Mapping[str, object], key: str) -> str:
    return str(getattr(among.get(key), "name", key))


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]

"""A Mermaid picture of agencies, their pixels and ad accounts, with gains and losses marked."""

from __future__ import annotations

from collections.abc import Sequence

from metapixel_cli.review.judging.change import Change
from metapixel_cli.review.rendering.escape import diagram

#: A picture with more lines is unreadable. GitHub draws at most a few hundred.
MOST_LINES = 40

_GAIN = "stroke:#1a7f37,stroke-width:3px"
_LOSS = "stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 4"


def mermaid(changes: Sequence[Change]) -> str | None:
    """Return a Mermaid flowchart, or None if it would be empty or too large to read."""
    picture = _Picture()
    for change in changes:
        picture.draw(change)
    if not picture.lines or len(picture.lines) > MOST_LINES:
        return None
    return "\n".join(
        [
            "flowchart LR",
            *(f"  {name}{shape}" for name, shape in picture.nodes.values()),
            *(f"  {line}" for line in picture.lines),
            *(f"  linkStyle {number} {style}" for number, style in picture.styles),
        ]
    )


class _Picture:
    def __init__(self) -> None:
        self.nodes: dict[str, tuple[str, str]] = {}
        self.lines: list[str] = []
        self.styles: list[tuple[int, str]] = []

    def draw(self, change: Change) -> None:
        """Add a line from the agency to the asset, and one from the asset to each ad account."""
        name = f"{diagram(change.agency_name)}<br/>" if change.agency_name else ""
        agency = self._node(f"agency {change.agency_id}", f'["{name}{_id(change.agency_id)}"]')
        key = f"{change.asset} {change.asset_id}"
        asset = self._node(key, f'(["{change.asset} {_id(change.asset_id)}"])')
        if change.has_share:
            style = _LOSS if change.narrows and not change.widens else ""
            self._line(agency, asset, _tasks(change), _GAIN if change.widens else style)
        accounts = {*change.before.ad_accounts, *change.after.ad_accounts}
        for account in sorted(accounts):
            style, sign = "", ""
            if account in change.gained_accounts:
                style, sign = _GAIN, "+"
            elif account in change.lost_accounts:
                style, sign = _LOSS, "−"
            key = f"account {change.agency_id} {change.asset_id} {account}"
            self._line(asset, self._node(key, f'("ad account {_id(account)}")'), sign, style)

    def _node(self, key: str, shape: str) -> str:
        return self.nodes.setdefault(key, (f"n{len(self.nodes)}", shape))[0]

    def _line(self, start: str, end: str, label: str, style: str) -> None:
        if style:
            self.styles.append((len(self.lines), style))
        self.lines.append(f'{start} -->|"{label}"| {end}' if label else f"{start} --> {end}")


def _tasks(change: Change) -> str:
    kept = [task for task in change.after.tasks if task not in change.gained_tasks]
    parts = [diagram(task) for task in kept]
    parts += [f"+ {diagram(task)}" for task in change.gained_tasks]
    parts += [f"− {diagram(task)}" for task in change.lost_tasks]
    if not change.after.tasks_known:
        parts.append("unknown")
    return "<br/>".join(parts)


def _id(value: str | None) -> str:
    return diagram(value) if value else "unknown"

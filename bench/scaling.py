"""Measurements of commands for several numbers of shares, and a chart of the measurements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench import workload
from bench.measure import bench, report

COUNTS = (1, 50, 200, 1000)
SKIP = {"PULUMI_SKIP_CHECKPOINTS": "1"}


def scaling() -> Iterator[dict[str, object]]:
    """Measure four commands without checkpoints for each number of shares.

    Each point has the durations of one command with our provider and with the floor.
    """
    for count in COUNTS:
        report(f"{count} shares")
        pixels = workload.pixels_for(count)
        with (
            bench(workload.floor(count)) as floor,
            bench(workload.shares(count), workload.world(pixels)) as ours,
        ):
            for command in ("up", "preview", "refresh", "destroy"):
                yield {
                    "command": command,
                    "count": count,
                    "ours": ours.run(command, **SKIP).seconds,
                    "floor": floor.run(command, **SKIP).seconds,
                }


def chart(points: Sequence[Mapping[str, object]]) -> str:
    """Return a chart (SVG) of the points. Both axes are logarithmic."""
    from math import log10

    commands = ("up", "preview", "refresh", "destroy")
    colors = dict(zip(commands, ("#1f6feb", "#8250df", "#1a7f37", "#bc4c00"), strict=True))
    width, height, left, bottom = 640, 360, 56, 44

    def x(count: float) -> float:
        return left + (width - left - 130) * log10(count) / 3

    def y(seconds: float) -> float:
        return (height - bottom) - (height - bottom - 40) * log10(max(seconds, 0.5) / 0.5) / 1.5

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="12" role="img">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{left}" y="22" font-size="14">Seconds a command takes, by shares in the stack '
        f"(dashed: the floor)</text>",
    ]
    for seconds in (0.5, 1, 2, 5, 10):
        lines.append(
            f'<line x1="{left}" x2="{width - 130}" y1="{y(seconds):.1f}" y2="{y(seconds):.1f}" '
            f'stroke="#d0d7de"/><text x="{left - 8}" y="{y(seconds) + 4:.1f}" '
            f'text-anchor="end">{seconds:g}</text>'
        )
    for count in COUNTS:
        lines.append(
            f'<text x="{x(count):.1f}" y="{height - bottom + 20}" text-anchor="middle">'
            f"{count}</text>"
        )
    for row, command in enumerate(commands):
        mine = [p for p in points if p["command"] == command]
        for key, dash in (("ours", ""), ("floor", ' stroke-dasharray="4 4"')):
            path = " ".join(
                f"{x(float(str(p['count']))):.1f},{y(float(str(p[key]))):.1f}" for p in mine
            )
            lines.append(
                f'<polyline points="{path}" fill="none" stroke="{colors[command]}" '
                f'stroke-width="2"{dash}/>'
            )
        lines.append(
            f'<text x="{width - 118}" y="{60 + 20 * row}" fill="{colors[command]}">{command}</text>'
        )
    return "\n".join([*lines, "</svg>", ""])

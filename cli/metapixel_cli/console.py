"""Consoles of rich, as the commands use them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from metapixel_cli.escape import in_log, visible

#: The width of an output that no terminal limits.
WIDE = 1000


def rendered(parts: Iterable[Text | Table], width: int, color: bool) -> str:
    """Return the parts of an output as text of at most `width` columns, without markup."""
    written = StringIO()
    console = Console(
        file=written,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )
    for part in parts:
        if color or isinstance(part, Table) or part.cell_len > width:
            console.print(part, overflow="fold")
        else:
            # rich would take a third of a millisecond for each line.
            written.write(f"{part.plain}\n")
    # `splitlines` would also split at characters that a name can contain.
    lines = [line.rstrip() for line in written.getvalue().split("\n")]
    return in_log("\n".join(lines))


@contextmanager
def status(title: str = "") -> Iterator[Callable[[str], None]]:
    """Show the present step on a terminal, by the returned function."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda message: None
        return
    with console.status(title) as shown:
        yield lambda message: shown.update(Text(visible(message)))


def terminal_output(render: Callable[..., str]) -> str:
    """Return an output in the width and the colors of the terminal, if there is one."""
    console = Console()
    if not console.is_terminal:
        return render()
    has_color = console.color_system is not None and not console.no_color
    return render(width=console.width, color=has_color)

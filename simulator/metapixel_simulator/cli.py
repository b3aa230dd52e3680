"""The command `metapixel simulator`, which serves a world."""

from __future__ import annotations

import errno
import signal
import threading
from collections.abc import Mapping
from pathlib import Path

import click

from .auth import ending
from .profile import ProfileError, answers
from .simulator import Simulator
from .switches import Switches
from .things import Token
from .world import World
from .world_file import WorldError


@click.command("simulator")
@click.option(
    "--world",
    "world_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="World file (YAML). The default is the packaged example with an owner and two agencies.",
)
@click.option(
    "--profile",
    "profile_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Profile (YAML). Its answers set switches and override those of the world file.",
)
@click.option("--port", default=8765, show_default=True, help="0 chooses a free port.")
@click.option("--host", default="127.0.0.1", show_default=True)
def simulator(world_file: Path | None, profile_file: Path | None, port: int, host: str) -> None:
    """Serve a simulated Meta for programs and tests."""
    try:
        world = World.load(world_file) if world_file else World.example()
        set_by_profile = answers(profile_file) if profile_file else {}
        world.switches.set(set_by_profile)
    except (WorldError, ProfileError) as error:
        raise click.ClickException(str(error)) from None
    sim = Simulator(world, host=host, port=port)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        sim.start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise click.ClickException(
                f"port {port} is in use; choose another with --port"
            ) from None
        raise click.ClickException(f"cannot serve on {host} port {port}: {error}") from None
    try:
        _announce(sim, profile_file, set_by_profile)
        stop.wait()
    finally:
        sim.stop()
    click.echo("Simulator stopped.")


def _announce(sim: Simulator, profile: Path | None, values: Mapping[str, object]) -> None:
    click.echo(f"Simulator ready at {sim.url}")
    click.echo(f"  page for people   {sim.page_url}")
    click.echo(f"  control API       {sim.control_url}")
    if profile:
        defaults = dict(Switches())
        others = sum(value != defaults[name] for name, value in values.items())
        click.echo(
            f"  profile           {profile} (answers: {len(values)}, other than the default of the "
            f"switch: {others})"
        )
    good = [each for each in sim.world.tokens.values() if ending(each, sim.clock) is None]
    for token in sim.world.tokens.values():
        details = _special(token, sim.world)
        if token not in good:
            details.append("expired" if token.state in ("valid", "expired") else token.state)
        click.echo(f"  token             {token.token} ({', '.join(details)})")
    click.echo("Point a program at it:")
    click.echo(f"  pulumi config set metapixel:graphUrl {sim.url}")
    if good:
        click.echo(f"  export META_ACCESS_TOKEN={good[0].token}")


def _special(token: Token, world: World) -> list[str]:
    roles = world.users[token.user].roles
    details = [f"{role} of {world.businesses[key].name}" for key, role in roles.items()] or [
        "no role"
    ]
    app = world.apps[token.app]
    if "business_management" not in token.scopes:
        details.append(f"only the scope {', '.join(token.scopes)}" if token.scopes else "no scopes")
    if app.allow_edit:
        details.append("its app may grant EDIT")
    if app.secret:
        details.append("its app has a secret")
    return details

"""`metapixel` and its commands."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import NoReturn

import click

from metapixel_cli.exits import Exit, fail
from metapixel_cli.secrets import hide_secrets
from metapixel_provider.errors import MetaPixelError

_SIMULATOR = "simulator"
#: The module and the function of each command. A module is imported only for its own command.
_COMMANDS = {
    "access": ("metapixel_cli.access.command", "access_command"),
    "doctor": ("metapixel_cli.doctor.command", "doctor_command"),
    "import": ("metapixel_cli.importing.command", "import_command"),
    "offboarding": ("metapixel_cli.offboarding.command", "offboarding_command"),
    "probe": ("metapixel_cli.probe.command", "probe_command"),
    "review": ("metapixel_cli.review.command", "review_command"),
    _SIMULATOR: ("metapixel_simulator.cli", "simulator"),
}
#: Packages that an extra installs.
_OPTIONAL = frozenset(("jinja2", "pydantic", "rich", "werkzeug", "yaml"))


class _Commands(click.Group):
    """Commands that are imported on demand. A command needs only the packages that it uses."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # The simulator prints the tokens of its world, which are not secret.
        if args[:1] != [_SIMULATOR]:
            hide_secrets()
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[cmd_name]
        try:
            command: click.Command = getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            return _command_without_package(cmd_name, error)
        return command

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            # click itself would exit with the code of a failure.
            fail(Exit.INTERRUPTED, "Interrupted")
        except MetaPixelError as error:
            fail(Exit.FAILED, f"Error: {error}")


def _command_without_package(name: str, error: ModuleNotFoundError) -> click.Command:
    """Return a replacement for a command that cannot be imported. It names the missing extra."""
    package = (error.name or "").split(".")[0]
    if package not in _OPTIONAL:
        raise error
    extra = _SIMULATOR if name == _SIMULATOR else "cli"

    def fail_with_advice() -> NoReturn:
        raise click.ClickException(
            f"`metapixel {name}` needs the package {error.name}: "
            f"run `pip install 'pulumi-metapixel[{extra}]'`"
        )

    return click.Command(
        name,
        callback=fail_with_advice,
        add_help_option=False,
        short_help=f"Not installed: needs pulumi-metapixel[{extra}].",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )


_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.command(cls=_Commands, context_settings=_SETTINGS)
@click.version_option(version("pulumi-metapixel"), prog_name="metapixel")
def metapixel() -> None:
    """Review and list access to Meta pixels, diagnose tokens, and probe or simulate Meta."""

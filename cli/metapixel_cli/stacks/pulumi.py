"""The `pulumi` command on a stack."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from metapixel_cli.stacks.errors import StackError
from metapixel_provider.errors import one_line

_PULUMI = ("pulumi", "--non-interactive", "--color", "never")
#: The exit codes of newer versions. Older versions exit with 255 for every error.
_NOT_LOGGED_IN, _NO_STACK = 3, 6

_LONGEST_ERROR = 400


def export(stack: str, cwd: Path, environment: Mapping[str, str] | None = None) -> bytes:
    """Return the exported state of a stack. The values of secrets stay encrypted.

    `cwd` is the folder of the project. Without `environment`, the command uses the environment of
    this process. Raises StackError if the stack cannot be exported.
    """
    return _stack("export", stack, cwd, environment)


def _stack(
    verb: str, stack: str, cwd: Path, environment: Mapping[str, str] | None, *options: str
) -> bytes:
    """Run a subcommand of `pulumi stack`, and return its output. Raises StackError if it fails."""
    arguments = [*_PULUMI, "stack", verb, "--stack", stack, *options]
    try:
        # The arguments are a list, so no shell interprets the name of the stack.
        run = subprocess.run(  # noqa: S603
            arguments, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True
        )
    except FileNotFoundError:
        if not cwd.is_dir():
            raise StackError(f"The folder {cwd} of stack {stack} does not exist") from None
        raise StackError(
            f"The stack {stack} cannot be read, because Pulumi is not on PATH; install it from "
            f"https://www.pulumi.com/docs/install/"
        ) from None
    except OSError as error:
        raise StackError(f"Pulumi cannot be started in {cwd}: {error.strerror}") from None
    if run.returncode:
        errors = run.stderr.decode("utf-8", errors="replace")
        raise StackError(_sentence(verb, stack, run.returncode, errors))
    return run.stdout


def _sentence(verb: str, stack: str, code: int, errors: str) -> str:
    """Return the sentence for a command that failed. Pulumi's own error is part of it."""
    text = one_line(errors.removeprefix("error: "), _LONGEST_ERROR)
    if code == _NO_STACK or "no stack named" in text:
        return (
            f"Pulumi knows no stack {stack} in this project; check the name, and check that "
            f"PULUMI_BACKEND_URL or your login names the backend of the stack"
        )
    if code == _NOT_LOGGED_IN or "PULUMI_ACCESS_TOKEN must be set" in text:
        return (
            f"Pulumi cannot {verb} stack {stack}, because it is not logged in; log in, or set "
            f"PULUMI_ACCESS_TOKEN or PULUMI_BACKEND_URL"
        )
    if "passphrase" in text:
        return (
            f"Pulumi cannot {verb} stack {stack}, because it cannot decrypt the secrets; set "
            f"PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE ({text})"
        )
    return f"Pulumi cannot {verb} stack {stack}: {text or f'exit code {code}'}"

"""The `pulumi` command on a stack.

`cwd` is the folder of the project. Every function raises StackError if its command fails, and
NoStackError if there is no such stack.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from metapixel_cli.stacks.engine import ECHOES, mapping, parsed, text
from metapixel_cli.stacks.errors import NoStackError, StackError
from metapixel_cli.stacks.plan import Plan, read_plan
from metapixel_provider.texts import one_line

_PULUMI = ("pulumi", "--non-interactive", "--color", "never")
_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
#: The longest wait for the version of the engine, in seconds.
PATIENCE = 60
#: The settings of a preview. It prints one event per line, and not one document at its end. It
#: makes no checkpoints: it would discard them, and their time grows with the square of the number
#: of new resources.
_OF_PREVIEWS = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "1", "PULUMI_SKIP_CHECKPOINTS": "1"}
#: Exit codes. Source: Pulumi, "Pulumi CLI Exit Codes".
_NOT_LOGGED_IN, _NO_STACK = 3, 6
#: A mark for a color in a message of the engine.
_COLOR = re.compile(r"<\{%.*?%\}>")
#: The time that a preview has to end after it was interrupted, in seconds.
_GRACE = 10.0

_LONGEST_ERROR = 600


def export(stack: str, cwd: Path, *, decrypts: bool = False) -> bytes:
    """Return the exported state of a stack. Secrets are decrypted only if `decrypts` is true."""
    option = ["--show-secrets"] if decrypts else []
    return _run("export", stack, cwd, ["stack", "export", *option])


def write_state(stack: str, exported: bytes, cwd: Path) -> None:
    _run("write the state of", stack, cwd, ["stack", "import"], exported)


@dataclass(frozen=True)
class ConfiguredValue:
    """A value in the configuration of a stack. A structured value is JSON text.

    The text of a secret is empty if the secret was not decrypted.
    """

    text: str = field(repr=False)
    is_secret: bool


def configuration(
    stack: str | None, cwd: Path, *, decrypts: bool = False
) -> Mapping[str, ConfiguredValue]:
    """Return the configuration of a stack by its keys. None is the project's selected stack."""
    option = ["--show-secrets"] if decrypts else []
    output = _run("read the configuration of", stack, cwd, ["config", "--json", *option])
    _check_project(stack, cwd)
    try:
        found = json.loads(output).items()
        return {key: ConfiguredValue(each.get("value", ""), each["secret"]) for key, each in found}
    except (ValueError, LookupError, TypeError, AttributeError):
        raise StackError(f"Pulumi printed no configuration of {title(stack)}") from None


def _check_project(stack: str | None, cwd: Path) -> None:
    """Raise StackError if a stack such as `organization/shop/prod` belongs to another project.

    Pulumi would return the settings of the stack `prod` of the folder's project.
    """
    parts, file = (stack or "").split("/"), project_file(cwd)
    names_project = len(parts) == 3
    if file is None or not names_project:
        return
    project_of_folder = mapping(yaml.safe_load(file.read_bytes())).get("name")
    if project_of_folder != parts[1]:
        raise StackError(
            f"The folder {cwd} has another project than {title(stack)}, so it does not have the "
            f"settings of the stack; name the folder of its project with --cwd, or, for stacks of "
            f"several projects, add --graph-url"
        )


def project_file(cwd: Path) -> Path | None:
    """Return the file of the project to which a folder belongs."""
    for folder in (cwd.resolve(), *cwd.resolve().parents):
        for name in _PROJECT_FILES:
            if folder.joinpath(name).is_file():
                return folder / name
    return None


def title(stack: str | None) -> str:
    return "the selected stack" if stack is None else f"stack {stack}"


def version() -> str:
    """Return the numbers of the engine's version, or an empty string if it does not report one."""
    try:
        run = subprocess.run(
            ["pulumi", "version"],  # noqa: S607 - the command on PATH is the one to check
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.match(rb"v?([0-9]{1,9}(\.[0-9]{1,9}){1,3})", run.stdout)
    has_failed = run.returncode != 0
    return "" if has_failed or found is None else found[1].decode()


def preview(stack: str, cwd: Path) -> Plan:
    """Run a preview and return its plan. An error contains the first error of the preview."""
    with tempfile.TemporaryDirectory(prefix="metapixel-") as folder:
        file = Path(folder, "plan.json")
        command = ["preview", "--json", "--save-plan", str(file)]
        _run("preview", stack, cwd, command, variables=_OF_PREVIEWS)
        return read_plan(file.read_bytes() if file.exists() else b"")


def _run(
    verb: str,
    stack: str | None,
    cwd: Path,
    command: list[str],
    standard_input: bytes | None = None,
    variables: Mapping[str, str] | None = None,
) -> bytes:
    """Return the output of a command, with these variables. `verb` names it in errors."""
    if stack is not None:
        command = [*command, "--stack", stack]
    try:
        # Ctrl-C reaches only this process, which then interrupts the command. The arguments are a
        # list, so no shell interprets the name of the stack.
        process = subprocess.Popen(  # noqa: S603
            [*_PULUMI, *command],
            cwd=cwd,
            env={**os.environ, **(variables or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError:
        if not cwd.is_dir():
            raise StackError(f"The folder {cwd} of {title(stack)} does not exist") from None
        raise NoStackError(
            f"Metapixel cannot {verb} {title(stack)}, because Pulumi is not on PATH; install it "
            f"from https://www.pulumi.com/docs/install/"
        ) from None
    except OSError as error:
        raise StackError(f"Pulumi cannot be started in {cwd}: {error.strerror}") from None
    with process:
        try:
            output, errors = process.communicate(standard_input)
        except BaseException:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=_GRACE)
            process.kill()
            raise
    if process.returncode:
        text = _first_error(output) or errors.decode("utf-8", errors="replace")
        raise _error(verb, stack, cwd, process.returncode, text)
    return output


def _first_error(output: bytes) -> str:
    """Return the first error in the event stream of a preview, empty for any other output."""
    for line in output.splitlines():
        event = mapping(parsed(line))
        found = text(mapping(event.get("errorEvent")).get("error"))
        diagnostic = mapping(event.get("diagnosticEvent"))
        if diagnostic.get("severity") == "error":
            found = _COLOR.sub("", text(diagnostic.get("message"))).strip()
        if found and found not in ECHOES:
            return found
    return ""


def _error(verb: str, stack: str | None, cwd: Path, code: int, errors: str) -> StackError:
    """Return the error of a command that failed. Pulumi's own error is part of the message."""
    if "Traceback (most recent call last)" in errors:
        errors = errors.strip().splitlines()[-1]
    text = one_line(errors.removeprefix("error: "), _LONGEST_ERROR)
    cannot = f"Pulumi cannot {verb} {title(stack)}"
    if "no Pulumi.yaml project file found" in text:
        message = f"There is no Pulumi project in {cwd.resolve()}; name its folder with --cwd"
        return NoStackError(message)
    if code == _NO_STACK or "no stack selected" in text:
        return NoStackError(
            f"Pulumi knows no {title(stack)} in this project; check the name, and check whether "
            f"PULUMI_BACKEND_URL or your login selects the right backend"
        )
    if code == _NOT_LOGGED_IN:
        return NoStackError(
            f"{cannot}, because it is not logged in; log in, or set PULUMI_ACCESS_TOKEN or "
            f"PULUMI_BACKEND_URL"
        )
    if "passphrase" in text:
        return StackError(
            f"{cannot}, because it cannot decrypt the secrets; check PULUMI_CONFIG_PASSPHRASE or "
            f"PULUMI_CONFIG_PASSPHRASE_FILE ({text})"
        )
    return StackError(f"{cannot}: {text or f'exit code {code}'}")

"""The lines of the README, from a first share to its end."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from metapixel_simulator import Simulator
from tests.support import installing
from tests.support.command_lines import in_shell
from tests.support.stack import ROOT, VENV, Stack
from tests.support.terminal import Terminal, follows, record

pytestmark = pytest.mark.engine

#: pip takes nothing from a registry. What a project depends on is lent by this environment.
OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_NO_DEPS": "1",
    "PIP_NO_BUILD_ISOLATION": "0",
    "PYTHONPATH": str(next((VENV / "lib").glob("python*/site-packages"))),
}


def from_folder(folder: Path) -> dict[str, str]:
    """Return variables with which git takes the repositories of GitHub from a folder."""
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{folder}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/",
    }


def first_block(language: str) -> str:
    """Return the first block of the README that is in this language."""
    block = re.search(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block
    return block[1]


COMMANDS = first_block("shell")


END = "pulumi destroy --stack dev"


@follows(*in_shell(COMMANDS), END)
def test_the_readmes_commands_share_a_pixel_from_an_empty_folder(
    stack: Callable[..., Stack], checkout: Path, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    # Other tests build a release of the checkout, so it must not become a repository.
    published = shutil.copytree(checkout, tmp_path / "copy", symlinks=True)
    settings = published / "templates/python/Pulumi.yaml"
    settings.write_text(settings.read_text().replace("8765", port))
    installing.publish(published, tmp_path / "OWNER/pulumi-metapixel")
    script = COMMANDS.replace("metapixel simulator", f"metapixel simulator --port {port}")
    script = f"{script}\n{END}"
    empty, output = tmp_path / "empty", tmp_path / "output.txt"
    empty.mkdir()
    environment = stack().environment | OFFLINE | from_folder(tmp_path)
    environment["PULUMI_SKIP_CONFIRMATIONS"] = "true"
    for variable in ("META_ACCESS_TOKEN", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"):
        environment.pop(variable, None)

    with output.open("w") as file:
        shell = subprocess.Popen(
            ["bash", "-ec", script],
            cwd=empty,
            env=environment,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        code = shell.wait(timeout=300)
    finally:
        os.killpg(shell.pid, signal.SIGTERM)

    printed = output.read_text()
    assert code == 0, printed
    assert " ".join(first_block("text").split()) in " ".join(printed.split())
    assert first_block("python") in (empty / "pixel-access/__main__.py").read_text()
    assert "- 2 deleted" in printed
    record([*in_shell(COMMANDS), END])


@follows("pulumi stack init production", "metapixel doctor --stack production")
def test_the_readmes_lines_for_meta_write_no_token_into_a_file_to_commit(
    stack: Callable[..., Stack], sim: Simulator, tmp_path: Path
) -> None:
    section = (ROOT / "README.md").read_text().partition("## With Meta\n")[2]
    backend, token, create, diagnose = re.findall(r"(?m)^    (.+)", section.partition("\n## ")[0])
    assert backend == "export PULUMI_BACKEND_URL=... PULUMI_CONFIG_PASSPHRASE=..."
    assert token == "export META_ACCESS_TOKEN=..."
    made = stack("")
    terminal = Terminal.of(made)
    terminal.environment |= {
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "a-passphrase",
        "META_ACCESS_TOKEN": "owner-token",
    }

    terminal.type(create.partition("  #")[0].strip())
    terminal.type("pulumi config set metapixel:graphUrl {}", sim.url)
    checked = terminal.type(diagnose)

    assert "owner-token" not in checked.output
    assert "owner-token" not in (made.project / "Pulumi.production.yaml").read_text()


@pytest.mark.rest
@follows("pulumi install")
def test_a_project_of_the_template_installs_on_a_machine_without_the_checkout(
    checkout: Path, tmp_path: Path, stack: Callable[..., Stack]
) -> None:
    lines = " ".join((ROOT / "README.md").read_text().split())
    wanted = re.search(r"replace `(\S+)` by `(git\+https://\S+)`, and run `pulumi install`", lines)
    assert wanted
    repository = tmp_path / "OWNER/pulumi-metapixel"
    installing.publish(installing.copy(tmp_path / "copy"), repository)
    commit = Path(repository, "refs/heads/main").read_text().strip()
    project = tmp_path / "project"
    shutil.copytree(ROOT / "templates/python", project)
    file = project / "requirements.txt"
    assert wanted[1] in file.read_text()
    pinned = wanted[2].replace("FULLCOMMIT", commit)
    file.write_text(file.read_text().replace(wanted[1], pinned))

    environment = stack().environment | OFFLINE | from_folder(tmp_path)
    Terminal(project, environment).type("pulumi install")

    assert (project / "venv/bin/metapixel").exists()

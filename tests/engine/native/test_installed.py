"""The package that the engine installs itself, from a folder and from a git repository."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from metapixel_simulator import Simulator
from tests.support import git_server, installing
from tests.support.depth import IN_CI
from tests.support.example import HARBOUR, NORTHLIGHT, PIXEL, PIXEL_2
from tests.support.stack import ROOT, Stack
from tests.support.terminal import Terminal, follows
from tools.version import NUMBER

pytestmark = [pytest.mark.engine, pytest.mark.rest]

PAGE = (ROOT / "docs/languages.md").read_text()
ACCESS = {"agencyBusinessId": NORTHLIGHT, "pixels": {"store": PIXEL}, "permittedTasks": ["ANALYZE"]}
PROGRAM = {"resources": {"northlight": {"type": "metapixel:AgencyAccess", "properties": ACCESS}}}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this repository, into which the engine installs the plugin."""
    return installing.copy(tmp_path_factory.mktemp("plugin") / "pulumi-metapixel")


@pytest.fixture
def fresh(tmp_path: Path, stack: Callable[..., Stack], lent: Path) -> Callable[..., Stack]:
    """Makes a stack of a fresh project, which has no plugin and uses real processes."""

    def make(described: dict[str, object], requirements: str = "") -> Stack:
        project = tmp_path / "fresh"
        project.mkdir()
        (project / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "fresh", **described}))
        if requirements:
            (project / "requirements.txt").write_text(requirements)
        # pip reads the last variable as the value of `build_isolation`.
        offline = {"PYTHONPATH": str(lent), "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0"}
        made = stack(project=project, environment=offline)
        made.use_real_processes()
        # The engine makes the environment of a program in Python.
        (made.project / ".venv").unlink(missing_ok=True)
        return made

    return make


@pytest.fixture
def certificate(tmp_path: Path) -> Iterator[Path]:
    """The certificate of a server for the repositories in the folder of the test."""
    try:
        with git_server.serving(tmp_path) as certificate:
            yield certificate
    except OSError as error:
        if IN_CI:
            raise
        pytest.skip(
            f"port {git_server.PORT}, which the engine demands, cannot be used: {error.strerror}"
        )


@follows("pulumi package add CHECKOUT")
def test_the_engine_installs_the_plugin_from_a_folder(
    fresh: Callable[..., Stack], repository: Path, sim: Simulator
) -> None:
    stack = fresh({"runtime": "yaml", **PROGRAM})

    Terminal.of(stack).type("pulumi package add CHECKOUT", CHECKOUT=str(repository))
    stack.up()

    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}
    assert (repository / ".plugin-venv").is_dir()
    assert not (repository / ".venv").exists()


def test_an_upgrade_of_the_plugin_from_git_changes_nothing(
    fresh: Callable[..., Stack], certificate: Path, sim: Simulator, tmp_path: Path
) -> None:
    folder = installing.copy(tmp_path / "plugin")
    repository = tmp_path / "acme/metapixel.git"
    installing.publish(folder, repository)
    stack = fresh({"runtime": "yaml", **PROGRAM})
    stack.environment["SSL_CERT_FILE"] = str(certificate)
    address = "https://localhost/acme/metapixel.git"

    stack.pulumi("package", "add", address)
    stack.up()
    assert sim.shares() == {(PIXEL, NORTHLIGHT): frozenset({"ANALYZE"})}

    newer = folder / "tools/version.py"
    newer.write_text(newer.read_text().replace(f'"{NUMBER}"', '"9.0.0"'))
    installing.publish(folder, repository, "v9.0.0")
    calls = len(sim.requests)
    stack.pulumi("package", "add", f"{address}@v9.0.0")
    stack.expect_no_changes()
    stack.up()

    assert "v9.0.0" in stack.export()
    assert len(sim.requests) == calls


def test_the_program_of_the_page_uses_the_generated_python_package_beside_ours(
    fresh: Callable[..., Stack], repository: Path, wheel: Path, sim: Simulator
) -> None:
    options = {"toolchain": "pip", "virtualenv": ".venv"}
    described = {"runtime": {"name": "python", "options": options}}
    stack = fresh(described, requirements=f"{wheel}\n")
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    inputs = f"agency_business_id={NORTHLIGHT!r}, permitted_tasks=['ANALYZE']"
    dynamic = f"pulumi_metapixel.PixelAgencyShare('dynamic', pixel_id={PIXEL_2!r}, {inputs})"
    stack.write(f"{program}\nimport pulumi_metapixel\n{dynamic}\n")

    stack.pulumi("package", "add", str(repository))
    # A fresh clone of the project does not have these folders.
    shutil.rmtree(stack.project / "sdks")
    shutil.rmtree(stack.project / ".venv")
    stack.pulumi("install")
    stack.up()

    assert stack.outputs() == {"status": "PENDING"}
    (request,) = sim.open_requests()
    assert (request.agency, [*request.pixels]) == (HARBOUR, [PIXEL])
    assert set(sim.shares()) == {(PIXEL_2, NORTHLIGHT)}

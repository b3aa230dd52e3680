"""What a user installs."""

import ast
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from packaging.requirements import Requirement

from tests.support.command_lines import strings

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "provider/metapixel_provider",
    "plugin/metapixel_plugin",
    "sdk/pulumi_metapixel",
    "policy/metapixel_policy",
    "cli/metapixel_cli",
    "simulator/metapixel_simulator",
)

# Pulumi's language host takes each distribution named pulumi-… for a plugin to be downloaded,
# unless it finds this file beside the module of the same name, by import.
HOSTS_LOOK = """
import importlib.metadata, importlib.util, json, pathlib
name = importlib.metadata.distribution("pulumi-metapixel").metadata["Name"]
(folder,) = importlib.util.find_spec(name.replace("-", "_")).submodule_search_locations
print(pathlib.Path(folder, "pulumi-plugin.json").read_text())
"""


#: The packages that a project made from a template, a pack or an example installs.
REQUIRED = [
    ROOT / path
    for path in subprocess.run(
        ["git", "ls-files", "*/requirements.txt"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
]


@pytest.mark.parametrize("path", REQUIRED, ids=lambda path: path.parent.name)
def test_a_project_installs_nothing_by_a_name_that_anybody_could_register(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]

    assert lines
    assert all(Requirement(line).url for line in lines)


@pytest.mark.parametrize("path", [*(ROOT / "templates").glob("*/*.*")], ids=lambda path: path.name)
def test_a_template_has_no_date_that_passes(path: Path) -> None:
    assert not re.search(r"20\d\d-\d\d-\d\d", path.read_text())


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the two distributions, built as a release builds them."""
    folder = tmp_path_factory.mktemp("dist")
    uv = Path(sys.prefix) / "bin/uv"
    build = [str(uv), "build", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*build, "--out-dir", folder], cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> zipfile.ZipFile:
    """The wheel, which is built from the source distribution."""
    (built,) = dist.glob("*.whl")
    return zipfile.ZipFile(built)


def wheel_metadata(wheel: zipfile.ZipFile) -> bytes:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return wheel.read(name)


def test_the_installed_distribution_says_that_it_is_no_plugin(tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", HOSTS_LOOK], cwd=tmp_path, check=True, capture_output=True, text=True
    )

    assert json.loads(found.stdout) == {"resource": False}


@pytest.mark.parametrize(
    ("package", "module", "extra"),
    [
        ("metapixel_cli", "click", "cli"),
        ("metapixel_policy", "pulumi_policy", "policy"),
        *(
            ("metapixel_simulator", each, "simulator")
            for each in ("click", "jinja2", "pydantic", "werkzeug", "yaml")
        ),
    ],
)
def test_without_its_extra_a_program_says_what_to_install(
    package: str, module: str, extra: str
) -> None:
    code = (
        f"import runpy, sys; sys.modules['{module}'] = None\n"
        f"runpy.run_module('{package}', run_name='__main__')"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    name, wanted = package.removesuffix("_cli"), f"pulumi-metapixel[{extra}]"
    said = f"{name} needs {wanted}: pip install '{wanted}'\n"
    assert ran.returncode == 1
    assert ran.stderr.endswith(said)
    # A pack is imported by Pulumi, which shows its traceback.
    assert package == "metapixel_policy" or ran.stderr == said


@pytest.mark.parametrize("package", PACKAGES)
def test_the_wheel_has_every_file_of_a_package(wheel: zipfile.ZipFile, package: str) -> None:
    source = ROOT / package
    files = {
        f"{source.name}/{file.relative_to(source)}"
        for file in source.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }

    assert files <= set(wheel.namelist())
    assert f"{source.name}/py.typed" in files


def test_no_message_names_a_file_that_is_not_installed() -> None:
    named = {
        (path.name, text)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for text in strings(ast.parse(path.read_text()), docstrings=False)
        if re.search(r"\bdocs/[\w-]+\.md|\b[A-Z]{4,}\.md", text)
    }

    assert named == set()


def test_a_program_needs_pulumi_and_requests_with_urllib3_and_nothing_else(
    wheel: zipfile.ZipFile,
) -> None:
    required = [
        line.removeprefix("Requires-Dist: ")
        for line in wheel_metadata(wheel).decode().splitlines()
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    ]

    names = [name.split(">=")[0] for name in required]
    assert names == ["pulumi", "requests", "urllib3"]


def test_the_metadata_of_both_distributions_is_valid_and_the_same(
    dist: Path, wheel: zipfile.ZipFile
) -> None:
    (source,) = dist.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        information = archive.extractfile(f"{source.name.removesuffix('.tar.gz')}/PKG-INFO")
        assert information
        text = information.read()

    metadata = Metadata.from_email(text, validate=True)

    assert text == wheel_metadata(wheel)
    assert metadata.name == "pulumi-metapixel"
    assert metadata.license_expression == "Apache-2.0"
    assert metadata.description_content_type == "text/markdown"
    assert metadata.description

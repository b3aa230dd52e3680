"""An engine built from Go modules, for machines that only reach package registries.

The official language hosts are not available as Go modules, so substitutes replace them.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tools.engine import cache, programs, progress
from tools.engine.go_toolchain import built, environment, go
from tools.engine.programs import HERE, EngineError

TITLE = f"Go modules {programs.pinned_version()}"

_COMMAND = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_GENERATOR = "./metapixel-codegen"
_YAML_HOST = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
_SDK = "github.com/pulumi/pulumi/sdk/v3"
_FROM_SDK = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
_HOST = HERE / "language_host"
# The host for YAML has its own module, because it needs other versions of Pulumi's modules.
_YAML = HERE / "yaml_host"

HOSTS = ("pulumi-language-python", "pulumi-language-nodejs", "pulumi-language-go")

# -I: the user's environment variables for Python must not affect the host.
_LAUNCHER = """#!/bin/sh
program=$(readlink -f "$0")
exec "$(dirname "$program")/../host/bin/python" -I -m language_host "$program" "$@"
"""


def at_hand() -> Path | None:
    """Return the folder of an engine that was built from the same pins, or None."""
    kept = cache.folder(_name())
    return kept / "bin" if _whole(kept) else None


def get() -> Path:
    """Build the engine. Raise EngineError, which names the command that failed."""
    return cache.keep(_name(), _whole, _build) / "bin"


def _name() -> str:
    digest = hashlib.sha256()
    pins = [HERE / "go.mod", _YAML / "go.mod"]
    sources = [Path(__file__), *sorted(_HOST.glob("*.*")), *sorted(HERE.glob(f"{_GENERATOR}/*"))]
    for ingredient in pins + sources:
        digest.update(ingredient.read_bytes())
    return f"{programs.pinned_version()}-go-{digest.hexdigest()[:8]}"


def _whole(kept: Path) -> bool:
    # The host's Python is a symbolic link, which breaks if its target is removed.
    return not programs.missing(str(kept / "bin")) and (kept / "host/bin/python").exists()


def _build(root: Path) -> None:
    (root / "bin").mkdir()
    _language_hosts(root)
    stamp = f"{_SDK}/go/common/version.Version=v{programs.pinned_version()}"
    for program in (
        built(
            HERE,
            _COMMAND,
            "building the Pulumi engine from Go modules, four to seven minutes on 2 cores",
            f"-s -w -X {stamp}",
        ),
        built(HERE, _GENERATOR, "building the generator of SDKs and programs, half a minute"),
        built(
            _YAML,
            _YAML_HOST,
            "building Pulumi's language host for YAML, one to two minutes on 2 cores",
        ),
    ):
        # The engine finds only programs beside its own file, without following a link.
        (root / "bin" / program.name).hardlink_to(program)
    sdk = _module_folder()
    for name in _FROM_SDK:
        shutil.copyfile(sdk / name, placed := root / "bin" / Path(name).name)
        placed.chmod(0o755)


def _language_hosts(root: Path) -> None:
    """Install the substitutes with their own environment, because they outlive this checkout."""
    venv.create(root / "host", symlinks=True)
    progress.run(
        [
            *(sys.executable, "-m", "pip", "--disable-pip-version-check"),
            *("--python", root / "host/bin/python", "install"),
            *("--require-hashes", "-r", _HOST / "requirements.lock"),
        ],
        "making an environment for the language hosts",
    )
    (site_packages,) = (root / "host/lib").glob("python3.*/site-packages")
    shutil.copytree(_HOST, site_packages / "language_host")
    for name in HOSTS:
        launcher = root / "bin" / name
        launcher.write_text(_LAUNCHER)
        launcher.chmod(0o755)


def _module_folder() -> Path:
    """Return the folder of the SDK's module. After a build, it is already downloaded."""
    asked = subprocess.run(
        [go(), "mod", "download", "-json", _SDK],
        cwd=HERE,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise EngineError(f"finding the module {_SDK}: {asked.stderr.strip() or asked.stdout}")
    return Path(json.loads(asked.stdout)["Dir"])

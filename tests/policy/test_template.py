"""The template of a pack of one's own."""

import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

POLICY = Path(__file__).parents[2] / "policy"
TEMPLATE = POLICY / "template"

#: Imports the rules without the distributions that are not among the arguments.
IMPORT = """
import importlib.metadata, sys
from packaging.utils import canonicalize_name
for module, distributions in importlib.metadata.packages_distributions().items():
    if not {canonicalize_name(name) for name in distributions} & {*sys.argv}:
        sys.modules[module] = None
import metapixel_policy
"""


def _required(requirement: Requirement) -> set[str]:
    """The names of the distributions that pip installs for a requirement."""
    names: set[str] = set()
    waiting = [requirement]
    while waiting:
        each = waiting.pop()
        name = canonicalize_name(each.name)
        if name in names and not each.extras:
            continue
        names.add(name)
        for needed in map(Requirement, requires(each.name) or ()):
            extras = each.extras or {""}
            if not needed.marker or any(needed.marker.evaluate({"extra": one}) for one in extras):
                waiting.append(needed)
    return names


def test_the_template_describes_the_same_pack_as_the_checkout() -> None:
    template, checkout = (
        yaml.safe_load((folder / "PulumiPolicy.yaml").read_text()) for folder in (TEMPLATE, POLICY)
    )

    assert template.pop("runtime")["options"]["virtualenv"] == "venv"
    assert checkout.pop("runtime")["options"]["virtualenv"] == "../.venv"
    assert template == checkout


def test_the_rules_need_no_more_than_the_template_requires() -> None:
    requirement = Requirement((TEMPLATE / "requirements.txt").read_text().strip())
    command = [sys.executable, "-W", "ignore", "-c", IMPORT]

    with_all = subprocess.run([*command, *_required(requirement)], check=False)
    requirement.extras.clear()
    without_extra = subprocess.run([*command, *_required(requirement)], check=False)

    assert with_all.returncode == 0
    assert without_extra.returncode != 0

"""The version that the plugin reports, by the folder that the engine starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from metapixel_plugin.version import version
from tools.version import NUMBER


@pytest.mark.parametrize(
    ("name", "reported"),
    [
        ("resource-git.acme.example_acme_metapixel.git-v0.3.0", "0.3.0"),
        ("resource-git.acme.example_acme_metapixel.git-v0.0.0-x5a1e", "0.0.0-x5a1e"),
        ("resource-git.acme.example_acme_v2-v1.0.0-v0.3.0", "0.3.0"),
        ("pulumi-metapixel", NUMBER),
        ("resource-metapixel", NUMBER),
    ],
)
def test_a_plugin_has_the_version_under_which_the_engine_installed_it(
    name: str, reported: str
) -> None:
    assert version(Path("/home/acme/.pulumi/plugins", name)) == reported

"""The settings of stacks, and the commands that stop before a token goes to another address."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from metapixel_cli.commands import metapixel
from metapixel_cli.stacks.engine import SIGNATURE
from metapixel_cli.stacks.errors import StackError
from metapixel_cli.stacks.settings import check_selected, configuration, shared_pixels
from metapixel_provider.sharing.resource_types import ResourceType
from metapixel_simulator import Simulator
from tests.support.byte_server import ByteServer, answer

SIMULATOR = {"metapixel:graphUrl": "http://127.0.0.1:8765/"}
#: Prints the configuration or the state of a stack, or fails as Pulumi does if there is no file.
PULUMI = """#!/bin/sh
for last; do :; done
case "$last" in --json) last=selected;; esac
case " $* " in *" export "*) last="$last-state";; esac
touch "$HOME/was-called"
[ -f "$last" ] || last="$HOME/$last"
[ -f "$last" ] && exec /bin/cat "$last"
/bin/cat "$HOME/error" >&2
grep -q PULUMI_ACCESS_TOKEN "$HOME/error" && exit 3
exit 1
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with no selected stack."""
    (tmp_path / "pulumi").write_text(PULUMI)
    (tmp_path / "pulumi").chmod(0o755)
    (tmp_path / "error").write_text("error: no stack selected; please use `pulumi stack select`")
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setenv("META_ACCESS_TOKEN", "owner-token")
    monkeypatch.delenv("META_API_VERSION", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(
    folder: Path,
    values: Mapping[str, str],
    stack: str = "selected",
    resources: Sequence[dict[str, object]] = (),
    secret: bool = False,
) -> None:
    entries = {key: {"value": value, "secret": secret} for key, value in values.items()}
    (folder / stack).write_text(json.dumps(entries))
    state = {"version": 3, "deployment": {"resources": [*resources]}}
    (folder / f"{stack}-state").write_text(json.dumps(state))


def provider(name: str, address: object = None) -> dict[str, object]:
    """A record of a provider, with the address in its inputs."""
    inputs = {} if address is None else {"graphUrl": address}
    urn = f"urn:pulumi:prod::shop::pulumi:providers:metapixel::{name}"
    return {"urn": urn, "id": "7", "type": "pulumi:providers:metapixel", "inputs": inputs}


def share(provider_name: str = "") -> dict[str, object]:
    """A record of a share, of the dynamic provider unless another one is named."""
    if not provider_name:
        return {"type": ResourceType.SHARE.dynamic, "provider": "urn:dynamic::default::7"}
    named = f"{provider(provider_name)['urn']}::7"
    return {"type": ResourceType.SHARE.native, "provider": named}


@pytest.mark.parametrize(
    "command",
    [
        ("doctor",),
        ("access", "--business", "1"),
        ("probe", "--pixel", "1", "--agency", "2"),
    ],
)
def test_a_command_stops_if_the_selected_stack_has_another_address(
    project: Path, command: tuple[str, ...]
) -> None:
    configure(project, SIMULATOR)

    result = CliRunner().invoke(metapixel, command)

    assert result.exit_code == 1
    assert "sets metapixel:graphUrl to http://127.0.0.1:8765, and its tokens must" in result.output
    assert "name the address with --graph-url" in result.output


NO_STACK = (
    "error: no stack selected; please use `pulumi stack select` or `pulumi stack init`",
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("", ""),
        ("https://graph.facebook.com/", ""),
        ("http://meta.example", "In the selected stack of the project: The address"),
        ("error: invalid YAML file", "the configuration of the selected stack: invalid YAML"),
        ("error: Traceback (most recent call last)\n  x\nKeyError: 'y'", "stack: KeyError: 'y'"),
        *((each, "") for each in (*NO_STACK, "not installed")),
    ],
)
def test_only_another_address_in_the_selected_stack_stops_a_command(
    project: Path, answer: str, error: str
) -> None:
    if answer == "not installed":
        (project / "pulumi").unlink()
    elif answer.startswith("error"):
        (project / "error").write_text(answer)
    else:
        configure(project, {"metapixel:graphUrl": answer} if answer else {})
    below = project / "below"
    below.mkdir()

    with pytest.raises(StackError, match=error) if error else nullcontext():
        check_selected(below)


def test_pulumi_is_not_called_outside_a_project_or_if_an_option_has_the_address(
    project: Path,
) -> None:
    configuration((), [project], "http://127.0.0.1:1", None)
    (project / "Pulumi.yaml").unlink()
    configuration((), [project], None, None)

    assert not (project / "was-called").exists()


def test_a_command_uses_the_settings_of_its_stack_but_not_its_plain_tokens(project: Path) -> None:
    values = {**SIMULATOR, "metapixel:timeout": "9", "metapixel:accessToken": "a-plain-token"}
    configure(project, values, "prod")

    found = configuration(["prod"], [project], None, "v27.0")

    assert found.graph_url == "http://127.0.0.1:8765"
    assert found.api_version == "v27.0"
    assert found.seconds("timeout", 1) == 9
    assert found.secret_sources(None)[0] == "META_ACCESS_TOKEN"


LOCAL = "http://127.0.0.1:8765"


@pytest.mark.parametrize(
    ("values", "resources", "address"),
    [
        ({}, [provider("owner", LOCAL), share("owner")], LOCAL),
        ({}, [provider("owner", f"{LOCAL}/"), provider("agency", LOCAL), share("owner")], LOCAL),
        (SIMULATOR, [provider("owner"), share("owner")], "https://graph.facebook.com"),
        (SIMULATOR, [provider("default_0_1_0"), share("default_0_1_0")], LOCAL),
        (SIMULATOR, [provider("owner", LOCAL), share("owner"), share()], LOCAL),
    ],
)
def test_the_address_of_declared_providers_counts_for_their_resources(
    project: Path,
    values: dict[str, str],
    resources: list[dict[str, object]],
    address: str,
) -> None:
    configure(project, values, "prod", resources)

    assert configuration(["prod"], [project], None, None).graph_url == address


@pytest.mark.parametrize(
    ("resources", "reason"),
    [
        ([provider("owner", LOCAL), share("owner"), share()], "use different addresses (http://"),
        ([provider("owner", LOCAL), provider("agency")], "use different addresses (http://127"),
        ([provider("owner", {SIGNATURE: "s"})], "The address of a provider is a secret in stack"),
    ],
)
@pytest.mark.parametrize("command", [("access", "--business", "1"), ("doctor",)])
def test_a_command_stops_if_the_resources_of_its_stack_use_several_addresses(
    project: Path, command: tuple[str, ...], resources: list[dict[str, object]], reason: str
) -> None:
    configure(project, {}, "prod", resources)

    result = CliRunner().invoke(metapixel, [*command, "--stack", "prod"])

    assert result.exit_code == 1
    assert reason in result.output
    assert "--graph-url" in result.output


def test_a_diagnosis_sends_tokens_only_to_the_address_of_the_declared_provider(
    project: Path, sim: Simulator
) -> None:
    with ByteServer(lambda request: [answer(b"{}")]) as elsewhere:
        declared = [provider("owner", sim.url), share("owner")]
        configure(project, {"metapixel:graphUrl": elsewhere.url}, "prod", declared)

        for name in ("META_ACCESS_TOKEN", "META_ACCESS_TOKEN_SHOP"):
            environment = {"META_ACCESS_TOKEN": None, name: "owner-token"}
            CliRunner(env=environment).invoke(metapixel, ["doctor", "--stack", "prod"])

        assert not elsewhere.requests
    assert sim.count("GET debug_token") == 3  # the provider uses only a default token


def test_a_diagnosis_hides_a_token_that_only_the_configuration_of_the_stack_has(
    project: Path, sim: Simulator
) -> None:
    token = "a-token-of-this-stack-that-meta-returns"
    owner = sim.world.tokens["owner-token"]
    sim.world.add(replace(owner, token=token))
    sim.world.users[owner.user].name = f"Deploys with {token}"
    # The client of a set removes only the secrets of this set from what Meta returns.
    sets = json.dumps({"shop": {"accessToken": "owner-token"}})
    settings = {"metapixel:accessToken": token, "metapixel:credentials": sets}
    configure(project, {"metapixel:graphUrl": sim.url, **settings}, "prod", secret=True)

    printed = CliRunner().invoke(metapixel, ["doctor", "--all", "--stack", "prod"]).output

    assert "Deploys with ***" in printed
    assert token not in printed


def test_an_option_replaces_different_addresses_of_stacks_also_of_one_that_cannot_be_read(
    project: Path,
) -> None:
    configure(project, SIMULATOR, "a")
    configure(project, {}, "b")

    found = configuration(["a", "b", "absent"], [project] * 3, "http://127.0.0.1:1", None)

    assert found.graph_url == "http://127.0.0.1:1"
    with pytest.raises(StackError, match="The stacks a and b have different values of metapixel:g"):
        configuration(["a", "b"], [project] * 2, None, None)
    with pytest.raises(StackError, match="Pulumi knows no stack absent"):
        configuration(["absent"], [project], None, None)


@pytest.mark.parametrize("key", ["metapixel:graphUrl", "metapixel:apiVersion"])
def test_a_secret_address_or_version_is_not_read_as_a_missing_one(project: Path, key: str) -> None:
    (project / "prod").write_text(json.dumps({key: {"secret": True}}))

    with pytest.raises(StackError, match=f"{key} is a secret in stack prod"):
        configuration(["prod"], [project], None, None)


def test_a_share_of_a_declared_provider_has_tokens_that_no_configuration_has() -> None:
    shares = [share("owner"), share(), {**share(), "inputs": {"credentials": "agency"}}]
    records = [{**each, "id": f"{number}/7"} for number, each in enumerate(shares)]

    assert shared_pixels([provider("owner"), *records]) == {None: "1", "agency": "2"}


def test_each_stack_of_a_report_has_its_own_folder(project: Path) -> None:
    options = ["access", "--business", "1"]
    for name, address in (("one", LOCAL), ("two", "http://127.0.0.1:1")):
        (project / name).mkdir()
        (project / name / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
        configure(project / name, {"metapixel:graphUrl": address}, "prod")
        options += ["--stack", "prod", "--cwd", name]

    result = CliRunner().invoke(metapixel, options)

    assert "The stacks prod and prod have different values of metapixel:graphUrl" in result.stderr


def test_the_settings_of_a_stack_of_another_project_are_not_read_from_this_folder(
    project: Path,
) -> None:
    for name in ("other", "shop"):
        (project / "organization" / name).mkdir(parents=True)
        configure(project, SIMULATOR, f"organization/{name}/prod")

    assert configuration(["organization/shop/prod"], [project], None, None).graph_url == LOCAL
    with pytest.raises(StackError, match="has another project than stack organization/other/prod"):
        configuration(["organization/other/prod"], [project], None, None)
    address = "http://127.0.0.1:1"
    assert configuration(["organization/other/prod"], [project], address, None).graph_url == address

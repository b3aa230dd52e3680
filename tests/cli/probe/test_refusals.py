"""The pixels, ids and tokens that a probe refuses, and the reasons in its profile."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.probe.probing import ACCOUNT, AGENCY, OWNER, PIXEL, Probe, writes

OWNERS, AGENCYS = "META_ACCESS_TOKEN", "META_ACCESS_TOKEN_AGENCY"


def nothing(probe: Probe) -> None:
    """Leave the world as it is."""


def asked(probe: Probe) -> None:
    probe.sim.sharing.share(PIXEL, AGENCY, ("ANALYZE",))


def tokens(**tokens: str) -> Callable[[Probe], None]:
    def use(probe: Probe) -> None:
        probe.environment = {**probe.environment, **tokens}

    return use


@pytest.mark.parametrize(
    ("begin", "options", "message"),
    [
        (lambda it: it.sim.share(PIXEL, AGENCY, ["EDIT"]), [], "share with business 200; name"),
        (lambda it: it.sim.permit(PIXEL, AGENCY, ACCOUNT), [], "ad account 600; name another"),
        (asked, [], "pixels; wait until the agency"),
        (nothing, ["--agency", OWNER], "The agency owns the pixel"),
        (nothing, ["--agency", "99"], "or correct --agency\n"),
        (nothing, ["--ad-account", "12345"], "or correct --ad-account\n"),
        (nothing, ["--pixel", AGENCY, "--agency", PIXEL], "--pixel and --agency are swapped: 500"),
        (nothing, ["--agency", ACCOUNT, "--ad-account", AGENCY], "--agency are swapped: 600 is"),
        (nothing, ["--pixel", ACCOUNT, "--ad-account", PIXEL], "--ad-account and --pixel are"),
        (tokens(**{AGENCYS: "owner-token"}), [], f"token from {AGENCYS} cannot see agency 200"),
        (tokens(**{AGENCYS: "wrong"}), [], "renew the access token"),
        (
            tokens(**{OWNERS: "agency-token", AGENCYS: "owner-token"}),
            [],
            "The tokens are swapped: the token",
        ),
        (nothing, ["--journal", "/missing/j"], "(No such file or directory), so nothing was sent"),
    ],
)
def test_what_cannot_be_probed_is_named_before_any_write(
    probe: Probe, begin: Callable[[Probe], object], options: list[str], message: str
) -> None:
    begin(probe)

    result = probe.run(*options)

    assert result.exit_code == 1
    assert message in result.stderr
    assert writes(probe) == []
    assert not probe.journal.exists()
    assert not probe.profile.exists()


def test_a_reason_has_metas_message_without_ids_names_and_tokens(probe: Probe) -> None:
    probe.sim.fault(
        "POST shared_accounts",
        kind="graph_error",
        code=200,
        status=403,
        times=-1,
        message="Agency deploys may not use pixel 500 or 1234567 of Acme with agency-token",
    )

    probe.run("--only", "unshare_drops_permissions")

    assert probe.entries["unshare_drops_permissions"]["reason"] == (
        "Meta refused POST shared_accounts: … may not use pixel … or … of … with *** (code 200); "
        "perhaps because a token has no scope for pages, such as pages_show_list"
    )


def test_a_token_without_a_scope_for_pages_is_named_as_the_cause(probe: Probe) -> None:
    probe.sim.set(require_pages_permission=True)

    probe.run()

    caused = [name for name, it in probe.entries.items() if "scope for pages, such" in str(it)]
    assert len(caused) == 13
    text = probe.profile.read_text()
    for secret in ("owner-token", "the-secret", "Acme", "Spare", "Agency deploys"):
        assert secret not in text

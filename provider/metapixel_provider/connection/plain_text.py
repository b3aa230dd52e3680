"""The refusal of secrets in plain text in a stack's configuration."""

from __future__ import annotations

from collections.abc import Mapping

from metapixel_provider.connection.environment import APP_SECRET, TOKEN

#: The keys of secrets, in the configuration and in each set of `credentials`. Each key maps to the
#: environment variable that can contain the secret instead, and to the advice for a secret that
#: others may have read in plain text.
SECRETS: Mapping[str, tuple[str, str]] = {
    "accessToken": (TOKEN, "revoke the token"),
    "appSecret": (APP_SECRET, "reset the app secret"),
}


def refusal(path: str, option: str, key: str, suffix: str = "") -> str:
    """Return the sentence that refuses the secret `key` at `path`.

    `option` is the path as the command in this sentence needs it. `suffix` is the end of the
    environment variable of a credential set.
    """
    variable, revoke = SECRETS[key]
    return (
        f"{path} is configured in plain text, where everybody who can read the repository "
        f"or the state can read it: run `pulumi config set --secret {option}`, or export "
        f"{variable}{suffix} instead; then {revoke} that was readable"
    )

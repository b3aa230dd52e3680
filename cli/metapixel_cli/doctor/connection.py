"""The first checks of a credential set: address, version, token and `appsecret_proof`.

One response of Meta decides all of them, so at most one of them fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.doctor.check_results import CheckResult, failed, not_run, reason, success
from metapixel_cli.doctor.sets import CredentialSet, TokenData
from metapixel_provider.connection.configuration import Configuration
from metapixel_provider.errors import (
    AppSecretError,
    ConfigurationError,
    GraphError,
    InvalidParameterError,
    OutcomeUnknownError,
    RateLimitedError,
    TokenError,
)
from metapixel_provider.graph.client import Client
from metapixel_provider.graph.credentials import DEFAULT_API_VERSION

_INVALID_PARAMETER = 100
#: Meta's code for a version that is too old or does not exist.
_WRONG_VERSION = 2635
#: The lowest HTTP status of a server's own errors.
_SERVER_ERROR = 500
_RIGHT_APP = (
    "configure the app secret of the app that created the token (Meta's Access Token Debugger "
    "names this app)"
)


def connection(found: CredentialSet) -> Iterator[CheckResult]:
    """Check the responses as a whole, which end a set if Meta answered no read."""
    token_source, app_secret_source = found.configuration.secret_sources(found.name)
    # An empty app secret makes no appsecret_proof.
    sends_proof = isinstance(found.client, Client) and found.client.credentials.app_secret
    proof_source = app_secret_source if sends_proof else ""
    match found.obstacle:
        case None:
            yield from _passed(found, token_source, proof_source)
        case AppSecretError() as error:
            yield failed("app-secret-proof", str(error), "correct the app secret")
        case ConfigurationError() as error:
            advice = "correct the token"
            if not token_source:
                advice = "configure the token as the error states, or name the stack that contains "
                advice += "it with --stack"
            yield failed("token", str(error), advice)
        case GraphError() as error:
            yield _refusal(error, found.configuration, proof_source)


def _passed(found: CredentialSet, token_source: str, proof_source: str) -> Iterator[CheckResult]:
    yield success("reachable", "Meta answered")
    yield success("api-version", f"Meta accepts version {found.configuration.api_version}")
    app = found.token.app if isinstance(found.token, TokenData) else ""
    of_app = f", of app {app}" if app else ""
    yield success("token", f"from {token_source}{of_app}")
    proof = "no app secret is configured, and the app does not require appsecret_proof"
    if proof_source:
        proof = f"Meta accepts the appsecret_proof made with the app secret from {proof_source}"
    yield success("app-secret-proof", proof)


def _refusal(error: GraphError, configuration: Configuration, proof_source: str) -> CheckResult:
    code = error.fault.code
    if isinstance(error, RateLimitedError):
        return failed("rate-limits", reason(error), error.advice)
    if code == _WRONG_VERSION:
        return failed(
            "api-version",
            f"Meta refuses version {configuration.api_version}: {reason(error)}",
            f"set {configuration.name_of('apiVersion')} to a version that Meta supports; the "
            f"default is {DEFAULT_API_VERSION}",
        )
    # Meta gives each of its errors a code. Without one, only the HTTP status shows a refusal.
    is_from_another_server = isinstance(error, InvalidParameterError) and code == 0
    if is_from_another_server or isinstance(error, OutcomeUnknownError):
        return _unreachable(error)
    # The proof is the only reason for a token error with Meta's code for a wrong parameter.
    is_about_proof = isinstance(error, TokenError) and code == _INVALID_PARAMETER
    if not is_about_proof:
        return failed("token", reason(error), error.advice)
    if proof_source:
        text = f"Meta refuses the appsecret_proof made with the app secret from {proof_source}"
        return failed("app-secret-proof", text, _RIGHT_APP)
    text = "The app requires appsecret_proof, and no app secret is configured"
    advice = f"{_RIGHT_APP}, or turn off *Require App Secret* in the settings of the app"
    return failed("app-secret-proof", text, advice)


def _unreachable(error: GraphError) -> CheckResult:
    text, status = reason(error), error.fault.status
    # Only Meta's own errors have a code, and here they report an outage.
    is_outage_of_meta = error.fault.code != 0
    if is_outage_of_meta or status >= _SERVER_ERROR:
        return not_run(
            "reachable",
            f"Meta, or a proxy before it, is temporarily unavailable: {text}",
            "run the command again later; if the response stays the same, check metapixel:graphUrl "
            "and your proxies",
        )
    was_answered = status != 0
    if was_answered:
        return failed(
            "reachable",
            f"Something other than the Graph API responds at the address: {text}",
            "check metapixel:graphUrl, and check whether a proxy or a login page of your network "
            "responds instead of Meta",
        )
    return failed(
        "reachable",
        f"Meta cannot be reached: {text}",
        "check the network, metapixel:graphUrl, the proxy settings (HTTPS_PROXY) and the trusted "
        "certificates (REQUESTS_CA_BUNDLE)",
    )

"""The first checks of a credential set: address, version, token and proof of the app secret.

One answer of Meta decides all of them, so at most one of them fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from metapixel_cli.doctor.judging.findings import (
    Finding,
    failed,
    named,
    not_run,
    reason,
    success,
)
from metapixel_cli.doctor.judging.observed import Observed
from metapixel_cli.doctor.reading.sets import WRONG_VERSION, SetRead, TokenData
from metapixel_provider.errors import (
    AppSecretError,
    ConfigurationError,
    GraphError,
    InvalidParameterError,
    OutcomeUnknownError,
    RateLimitedError,
    TokenError,
)
from metapixel_provider.graph.credentials import DEFAULT_API_VERSION

_INVALID_PARAMETER = 100
#: The lowest HTTP status of a server's own errors.
_SERVER_ERROR = 500
_RIGHT_APP = (
    "configure the app secret of the app that created the token (Meta's Access Token Debugger "
    "names this app)"
)


def connection(observed: Observed, found: SetRead) -> Iterator[Finding]:
    """Judge the answers as a whole, which end a set if Meta answered no read."""
    match found.obstacle:
        case None:
            yield from _accepted(observed, found)
        case AppSecretError() as problem:
            yield failed("app-secret-proof", str(problem), "correct the app secret")
        case ConfigurationError() as problem:
            yield failed("token", str(problem), _correction(observed, found))
        case GraphError() as error:
            yield _refused(observed, found, error)


def _accepted(observed: Observed, found: SetRead) -> Iterator[Finding]:
    app = found.token.app if isinstance(found.token, TokenData) else None
    yield success("reachable", "Meta answered")
    yield success("api-version", f"Meta accepts version {observed.settings.api_version}")
    of_app = f", of {named('app', app)}" if app and app.id else ""
    yield success("token", f"from {found.token_source}{of_app}")
    proof = "no app secret is configured, and the app does not require a proof"
    if found.sends_proof:
        source = found.app_secret_source
        proof = f"Meta accepts the proof that was made with the app secret from {source}"
    yield success("app-secret-proof", proof)


def _correction(observed: Observed, found: SetRead) -> str:
    """Return the advice for a set without a usable token."""
    if found.token_source:
        return "correct the token"
    advice = "configure the token as the error states"
    if observed.settings.stack:
        return advice
    return f"{advice}, or add --stack to check the tokens of a stack"


def _refused(observed: Observed, found: SetRead, error: GraphError) -> Finding:
    if isinstance(error, RateLimitedError):
        return failed("rate-limits", reason(error), error.advice)
    if error.fault.code == WRONG_VERSION:
        source = observed.settings.sources.get("apiVersion") or "metapixel:apiVersion"
        return failed(
            "api-version",
            f"Meta refuses version {observed.settings.api_version}: {reason(error)}",
            f"set {source} to a version that Meta supports; the default is {DEFAULT_API_VERSION}",
        )
    no_code = isinstance(error, InvalidParameterError) and not error.fault.code
    if no_code or isinstance(error, OutcomeUnknownError):
        return _unreachable(error)
    if isinstance(error, TokenError) and error.fault.code == _INVALID_PARAMETER:
        return _proof_refused(found)
    return failed("token", reason(error), error.advice)


def _unreachable(error: GraphError) -> Finding:
    text, status = reason(error), error.fault.status
    if error.fault.code or status >= _SERVER_ERROR:
        return not_run(
            "reachable",
            f"Meta, or a proxy before it, is temporarily unavailable: {text}",
            "run the command again later; if the answer stays the same, check metapixel:graphUrl "
            "and your proxies",
        )
    if status:
        return failed(
            "reachable",
            f"Something other than the Graph API answers at the address: {text}",
            "check metapixel:graphUrl, and check whether a proxy or a login page of your network "
            "answers instead of Meta",
        )
    return failed(
        "reachable",
        f"Meta cannot be reached: {text}",
        "check the network, metapixel:graphUrl, the proxy settings (HTTPS_PROXY) and the trusted "
        "certificates (REQUESTS_CA_BUNDLE)",
    )


def _proof_refused(found: SetRead) -> Finding:
    if found.sends_proof:
        source = found.app_secret_source
        text = f"Meta refuses the proof that was made with the app secret from {source}"
        return failed("app-secret-proof", text, _RIGHT_APP)
    return failed(
        "app-secret-proof",
        "The app requires a proof, and no app secret is configured",
        f"{_RIGHT_APP}, or turn off *Require App Secret* in the settings of the app",
    )

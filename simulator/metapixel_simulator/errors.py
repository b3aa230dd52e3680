"""Meta's error answers. Messages follow Meta's wording where it is known."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import datetime


@dataclass(eq=False)
class GraphError(Exception):
    """An error that ends a call with `{"error": {...}}`. `status` is the HTTP status."""

    message: str
    _: KW_ONLY
    code: int
    type: str = "OAuthException"
    subcode: int | None = None
    is_transient: bool | None = None
    status: int = 400

    def body(self, trace_id: str) -> dict[str, object]:
        fields: dict[str, object | None] = {
            "message": self.message,
            "type": self.type,
            "code": self.code,
            "error_subcode": self.subcode,
            "is_transient": self.is_transient,
            "fbtrace_id": trace_id,
        }
        return {"error": {key: value for key, value in fields.items() if value is not None}}


def unknown_object(method: str, node: str) -> GraphError:
    """Return the error for an object that does not exist or that the token cannot see.

    Meta's error is the same in both cases.
    """
    return GraphError(
        f"Unsupported {method.lower()} request. Object with ID '{node}' does not exist, cannot be "
        "loaded due to missing permissions, or does not support this operation. Please read the "
        "Graph API documentation at https://developers.facebook.com/docs/graph-api",
        type="GraphMethodException",
        code=100,
        subcode=33,
    )


def unknown_path(path: str) -> GraphError:
    return GraphError(f"Unknown path components: /{path}", code=2500)


def bad_parameter(message: str, *, subcode: int | None = None) -> GraphError:
    return GraphError(f"(#100) {message}", code=100, subcode=subcode)


def missing_parameter(name: str) -> GraphError:
    return bad_parameter(f"The parameter {name} is required")


def missing_scope(wanted: str) -> GraphError:
    return GraphError(
        f"(#200) Requires {wanted} permission to manage the object", code=200, status=403
    )


def not_admin(what: str) -> GraphError:
    return GraphError(
        f"(#10) Application does not have permission for this action: {what}", code=10, status=403
    )


def bad_version(what: str, newest: str) -> GraphError:
    return GraphError(
        f"(#2635) {what} of the Ads API. Please update to the latest version: {newest}.", code=2635
    )


def no_token() -> GraphError:
    return GraphError("An access token is required to request this resource.", code=104)


def unreadable_token() -> GraphError:
    return GraphError("Invalid OAuth access token - Cannot parse access token", code=190)


#: The states in which Meta refuses a token, with the subcode and the reason.
TOKEN_ERRORS = {
    "expired": (463, "Session has expired on {expired_at}. The current time is {now}."),
    "invalid": (467, "The session is invalid because the user logged out."),
    "password_changed": (
        460,
        "The session has been invalidated because the user changed their password or Facebook has "
        "changed the session for security reasons.",
    ),
    "checkpointed": (
        459,
        "You cannot access the app till you log in to www.facebook.com and follow the "
        "instructions given.",
    ),
    "unconfirmed": (464, "Sessions for the user are not allowed: the user is not confirmed."),
    "app_removed": (458, "The user has not authorized application."),
}


def token_error(state: str, **times: datetime) -> GraphError:
    """Return the error for a token that Meta knows but no longer accepts."""
    subcode, reason = TOKEN_ERRORS[state]
    shown = {name: f"{time:%A, %d-%b-%y %H:%M:%S UTC}" for name, time in times.items()}
    message = f"Error validating access token: {reason.format(**shown)}"
    return GraphError(message, code=190, subcode=subcode)


def bad_proof(message: str) -> GraphError:
    return GraphError(message, type="GraphMethodException", code=100)


def too_much_data() -> GraphError:
    return GraphError(
        "Please reduce the amount of data you're asking for, then retry your request",
        code=1,
        status=500,
    )


def rate_limited(code: int = 80004) -> GraphError:
    return GraphError(
        f"(#{code}) There have been too many calls to this ad-account. Wait a bit and try again. "
        "For more info, please refer to https://developers.facebook.com/docs/graph-api/overview/"
        "rate-limiting.",
        code=code,
        subcode=2446079,
        is_transient=True,
        status=403 if code == 4 else 400,
    )

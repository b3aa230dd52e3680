"""One Graph API call as data, from an HTTP request or from an entry of a batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode

from werkzeug import Request

from .errors import bad_parameter, missing_parameter
from .switches import version_key

SECRETS = ("access_token", "appsecret_proof", "input_token", "client_secret")


@dataclass(frozen=True)
class Call:
    """A call. `path` contains no version, no query, and no slash at either end.

    `params` contains the parameters of the query and of the body. If both contain a parameter, the
    value in the body counts. `in_query` contains the names of the query's parameters.
    """

    method: str
    path: str
    params: Mapping[str, str]
    version: str | None = None
    in_query: frozenset[str] = frozenset()
    bearer: str | None = None
    base_url: str = ""
    batch: bool = False

    @property
    def token(self) -> str | None:
        return self.params.get("access_token") or self.bearer

    @property
    def segments(self) -> list[str]:
        return [each for each in self.path.split("/") if each]

    def redacted(self) -> dict[str, str]:
        """Return the parameters without secrets, and without the entries of a batch."""
        shown = {key: "***" if key in SECRETS else value for key, value in self.params.items()}
        if "batch" in shown:
            shown["batch"] = "(see the entries)"
        return shown

    def url(self, changes: Mapping[str, str]) -> str:
        """Return the URL of this call with some parameters added or changed.

        The result contains a secret only if the call's own URL contained the secret.
        """
        params = {
            key: value
            for key, value in self.params.items()
            if key in self.in_query and key not in changes
        }
        version = f"/{self.version}" if self.version else ""
        return f"{self.base_url}{version}/{self.path}?{urlencode({**params, **changes})}"

    # Parameters, converted to their types

    def text(self, name: str) -> str:
        """Return a required text. Raise GraphError if the parameter is missing.

        Quotes around the text are removed, because the guide's example contains them.
        """
        value = self.params.get(name, "").strip()
        if not value:
            raise missing_parameter(name)
        return value.strip("\"'")

    def id(self, name: str) -> str:
        value = self.text(name)
        if not (value.isascii() and value.isdigit()):
            raise bad_parameter(f"Param {name} must be an integer")
        return value

    def list(self, name: str) -> list[object]:
        """Return a required list. Raise GraphError if the parameter is missing or malformed.

        A list can be JSON, or JSON with single quotes as in the guide.
        """
        text = self.params.get(name, "").strip()
        if not text:
            raise missing_parameter(name)
        for spelling in (text, text.replace("'", '"')):
            try:
                value = json.loads(spelling)
            except json.JSONDecodeError:
                continue
            if isinstance(value, list):
                return value
        raise bad_parameter(f"Param {name} must be an array.")


def split_version(path: str) -> tuple[str | None, str]:
    """Split `v27.0/123/agencies/` into `v27.0` and `123/agencies`. A missing version is None."""
    segments = [unquote(each) for each in path.split("/") if each]
    version = segments.pop(0) if segments and version_key(segments[0]) is not None else None
    return version, "/".join(segments)


def from_http(request: Request) -> Call:
    """Return the call in an HTTP request."""
    version, path = split_version(request.path)
    query = request.args.to_dict()
    kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
    return Call(
        method=request.method,
        path=path,
        params={**query, **request.form.to_dict()},
        version=version,
        in_query=frozenset(query),
        bearer=bearer.strip() if kind.lower() in ("bearer", "oauth") else None,
        base_url=request.host_url.rstrip("/"),
    )


def from_batch_entry(entry: Mapping[str, object], outer: Call) -> Call:
    """Return the call in a batch entry.

    The body of an entry may contain parameters even if the method is GET. The entry inherits the
    version of the batch. An entry without a token also inherits the token and the proof.
    """
    path, _, query = str(entry.get("relative_url", "")).partition("?")
    version, path = split_version(path)
    in_url = dict(parse_qsl(query, keep_blank_values=True))
    in_body = dict(parse_qsl(str(entry.get("body") or ""), keep_blank_values=True))
    inherited = {
        name: outer.params[name]
        for name in ("access_token", "appsecret_proof")
        if name in outer.params and "access_token" not in {**in_url, **in_body}
    }
    return Call(
        method=str(entry.get("method", "GET")).upper(),
        path=path,
        params={**inherited, **in_url, **in_body},
        version=version or outer.version,
        in_query=frozenset(in_url) | (frozenset(inherited) & outer.in_query),
        bearer=outer.bearer,
        base_url=outer.base_url,
        batch=True,
    )

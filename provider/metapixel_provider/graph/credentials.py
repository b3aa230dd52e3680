"""A credential set: an access token, and the app secret that proves which app uses it."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from metapixel_provider.errors import AppSecretError, ConfigurationError

DEFAULT_GRAPH_URL = "https://graph.facebook.com"
#: The version that Meta's business SDK used in November 2026. `apiVersion` overrides it.
DEFAULT_API_VERSION = "v26.0"

#: The printable characters of ASCII without space and quotation marks.
_VALID = re.compile(r"[!#-&(-~]*")


@dataclass(frozen=True)
class Credentials:
    """The access token and the app secret of a credential set. Its `repr` contains no secret.

    `source` and `app_secret_source` are the variables or keys of the secrets, for messages. Raises
    ConfigurationError for a token, or AppSecretError for an app secret, with a character that an
    HTTP header cannot contain, because the HTTP library would quote the secret in its own error. A
    quotation mark is refused too, because an environment file can leave it around a value.
    """

    access_token: str = field(repr=False)
    app_secret: str = field(default="", repr=False)
    source: str = ""
    app_secret_source: str = ""

    def __post_init__(self) -> None:
        if not _VALID.fullmatch(self.access_token):
            raise ConfigurationError(_invalid("access token", self.source))
        if not _VALID.fullmatch(self.app_secret):
            raise AppSecretError(_invalid("app secret", self.app_secret_source))

    def proof(self) -> str:
        """Return `appsecret_proof`, or "" (Meta, "Securing Graph API Calls")."""
        if not self.app_secret:
            return ""
        proof = hmac.new(self.app_secret.encode(), self.access_token.encode(), hashlib.sha256)
        return proof.hexdigest()

    @cached_property
    def secrets(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.access_token, self.app_secret, self.proof())))

    def redacted(self, value: object) -> object:
        """Return a JSON value with `***` in place of the secrets of this set.

        This is needed because Meta quotes malformed tokens in its messages, also percent-encoded.
        """
        if isinstance(value, list):
            return [self.redacted(each) for each in value]
        if isinstance(value, dict):
            return {self.redacted(key): self.redacted(each) for key, each in value.items()}
        if not isinstance(value, str):
            return value
        for secret in self.secrets:
            value = value.replace(secret, "***")
            decoded = unquote(value)
            if secret in decoded:
                value = decoded.replace(secret, "***")
        return value


def _invalid(name: str, source: str) -> str:
    return (
        f"The {name} from {source or 'the configuration'} contains a space, a line break, a "
        f"quotation mark or another invalid character; copy it again, without a word such as "
        f"Bearer before it"
    )

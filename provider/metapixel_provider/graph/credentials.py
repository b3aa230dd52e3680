"""A credential set: an access token, and the app secret that proves who uses it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import unquote

from metapixel_provider.errors import ConfigurationError

DEFAULT_GRAPH_URL = "https://graph.facebook.com"
#: The version of Meta's own business SDK at the time of writing; `apiVersion` changes it.
DEFAULT_API_VERSION = "v26.0"


@dataclass(frozen=True)
class Credentials:
    """What a call authenticates with. Its text never shows a secret.

    `source` names where the token was found, for messages. Raises ConfigurationError for a token
    that no header can hold, which the HTTP library would quote in its error, and for an app secret
    with such a character: the environment gives bytes that are no UTF-8 as half characters.
    """

    access_token: str = field(repr=False)
    app_secret: str = field(default="", repr=False)
    source: str = ""

    def __post_init__(self) -> None:
        for name, secret in (
            ("access token", self.access_token),
            ("app secret that belongs to the access token", self.app_secret),
        ):
            if not all("!" <= character <= "~" for character in secret):
                raise ConfigurationError(
                    f"The {name} from {self.source or 'the configuration'} contains a space, a "
                    f"line break or another character that none has; copy it again"
                )

    def proof(self) -> str:
        """`appsecret_proof`: HMAC-SHA256 of the token, keyed by the app secret; empty without one.

        Source: Meta, "Securing Graph API Calls".
        """
        if not self.app_secret:
            return ""
        return hmac.new(
            self.app_secret.encode(), self.access_token.encode(), hashlib.sha256
        ).hexdigest()

    def redact(self, text: str) -> str:
        """The text without any secret of this set, also where it is percent-encoded.

        Meta quotes malformed tokens in its messages.
        """
        for secret in filter(None, (self.access_token, self.app_secret, self.proof())):
            text = text.replace(secret, "***")
            if secret in (decoded := unquote(text)):
                text = decoded.replace(secret, "***")
        return text

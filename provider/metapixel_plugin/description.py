"""The description of a provider resource. `sharing/resources.py` describes the other resources."""

from __future__ import annotations

from collections.abc import Mapping

#: The inputs of a provider resource, each with its text.
INPUTS: Mapping[str, str] = {
    "accessToken": "The access token. Without it, the plugin uses `META_ACCESS_TOKEN`.",
    "appSecret": "The app secret, which adds a proof to each call. Without it, the plugin uses "
    "`META_APP_SECRET`.",
    "apiVersion": "The version of the Graph API, such as `v26.0`.",
    "graphUrl": "The address of the Graph API, or of a simulator.",
    "rateLimitWait": "The maximum number of seconds for which a call waits for a rate limit.",
}
NUMBERS = ("rateLimitWait",)

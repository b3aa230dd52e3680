"""The connection of a stack to Meta: configuration, environment, credential sets, and clients.

This package imports neither Pulumi nor the domain, so the command line can use it too.
"""

#: The namespace of our keys in a stack's configuration.
NAMESPACE = "metapixel"

#: The configuration keys that the provider reads.
PROVIDER_KEYS = (
    "accessToken",
    "appSecret",
    "credentials",
    "apiVersion",
    "graphUrl",
    "timeout",
    "rateLimitWait",
)

#: The keys that contain secrets.
SECRET_KEYS = ("accessToken", "appSecret", "credentials")

#: All configuration keys. A provider that the program declares does not have the last one.
KEYS = (*PROVIDER_KEYS, "today")

"""The connection of a stack to Meta: configuration, environment, credential sets, and clients."""

NAMESPACE = "metapixel"

#: The keys that are also inputs of a provider which the program declares, each with its text.
INPUTS = {
    "accessToken": "The access token. Without it, the plugin uses `META_ACCESS_TOKEN`.",
    "appSecret": "The app secret, which adds `appsecret_proof` to each call. Without it, the "
    "plugin uses `META_APP_SECRET`.",
    "apiVersion": "The version of the Graph API, such as `v26.0`.",
    "graphUrl": "The address of the Graph API, or of a simulator.",
    "timeout": "The number of seconds after which a request counts as unanswered.",
    "rateLimitWait": "The maximum number of seconds for which a call waits for a rate limit.",
}
NUMBERS = ("timeout", "rateLimitWait")

SECRET_KEYS = ("accessToken", "appSecret", "credentials")

KEYS = (*INPUTS, "credentials", "today")

"""How a stack reaches Meta: configuration, environment, credential sets, and clients of them.

Knows neither Pulumi nor the domain, so that a command line connects as the adapters do.
"""

#: The namespace of our keys in a stack's configuration.
NAMESPACE = "metapixel"

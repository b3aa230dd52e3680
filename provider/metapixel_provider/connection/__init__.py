"""The connection of a stack to Meta: configuration, environment, credential sets, and clients.

This package imports neither Pulumi nor the domain, so the command line can use it too.
"""

#: The namespace of our keys in a stack's configuration.
NAMESPACE = "metapixel"

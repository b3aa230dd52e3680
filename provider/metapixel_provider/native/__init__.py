"""The native plugin: an adapter from the engine's protocol to the domain, for every language.

Programs in Python that need no plugin use `dynamic`. Nothing imports this package.
"""

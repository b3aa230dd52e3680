"""The native plugin: an adapter from the engine's protocol to the domain, for every language.

Most programs in Python use `metapixel_provider.dynamic` instead.
"""

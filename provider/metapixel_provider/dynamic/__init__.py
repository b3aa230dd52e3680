"""Thin adapters from `pulumi.dynamic` to the domain: the only place that knows Pulumi's engine.

State holds the module path of each provider class, so these paths are a promise: never moved.
"""

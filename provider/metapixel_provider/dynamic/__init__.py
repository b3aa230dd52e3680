"""Thin adapters from `pulumi.dynamic` to the domain. Only this package knows Pulumi's engine.

The state contains the module path of each provider class, so these modules must never move. Their
calls at Meta are in the `lifecycle.py` of each resource in `sharing/`.
"""

"""The domain: tasks, ids, status, and the lifecycle of each resource on plain dataclasses.

This package imports neither Pulumi nor an HTTP library. An adapter converts the results of the
lifecycle methods.
"""

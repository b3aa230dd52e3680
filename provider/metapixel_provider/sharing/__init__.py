"""The domain: tasks, ids, status, and the lifecycle of each resource on plain dataclasses.

Knows neither Pulumi nor HTTP; an adapter turns what a lifecycle step reports into its own terms.
"""

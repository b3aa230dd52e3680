"""The domain: tasks, ids, status, and the lifecycle of each resource on plain dataclasses."""

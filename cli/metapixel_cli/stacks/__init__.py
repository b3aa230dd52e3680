"""Stacks of Pulumi: their exported states, and the `pulumi` command."""

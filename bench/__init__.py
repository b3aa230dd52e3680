"""Benchmarks of the provider, compared with a floor: the same run of the engine without us."""

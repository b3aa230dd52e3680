"""Benchmarks of the provider, compared with a floor: the engine with a provider that only waits."""

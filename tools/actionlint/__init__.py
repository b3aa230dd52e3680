"""Checks GitHub workflows; the version is pinned in `go.mod`, built once a machine."""

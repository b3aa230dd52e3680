"""Checks GitHub workflows. `go.mod` pins the version, and the build is cached."""

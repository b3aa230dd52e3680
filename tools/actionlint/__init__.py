"""A linter for GitHub workflows. `go.mod` pins its version, and the build is cached."""

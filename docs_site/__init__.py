"""The documentation site: pages of its own, and the repository's texts at their own paths."""

"""The documentation site, which has its own pages and the texts of the repository."""

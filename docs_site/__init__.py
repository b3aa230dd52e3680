"""The documentation site, which consists of its own pages and of the texts of the repository."""

"""Replacements that make commands of a test's stack quick: warm processes, a key service, files."""

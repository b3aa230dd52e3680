"""The `metapixel` command."""

"""Reads of Meta, of stacks and of files, for `metapixel access`."""

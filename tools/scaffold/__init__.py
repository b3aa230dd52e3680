"""Scaffolds, which write the files of a new rule, switch, fault or command."""

"""Answers to sharing requests (guide, step 2)."""

"""Renderings of an access report, one module for each format."""

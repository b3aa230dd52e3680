"""Rendering: from a `Review` to Markdown, to lines of text or to a JSON document."""

"""The rendering of a `Review` as Markdown, as lines of text or as a JSON document."""

"""The rendering of a `Review` as Markdown or as a JSON document."""

"""The judgement: rows and findings, from the parts that were read."""

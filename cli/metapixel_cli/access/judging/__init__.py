"""The judgement of an access report: its rows and findings, made from the parts that were read."""

"""`metapixel doctor`: a diagnosis of the settings and tokens, which changes nothing at Meta.

The package `reading` collects plain data, `judging` decides the result of each check, and
`rendering` writes the report.
"""

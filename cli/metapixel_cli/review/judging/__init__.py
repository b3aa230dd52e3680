"""The judgement of a `Preview`.

The result is a `Review`, with the gains and losses of each agency.
"""

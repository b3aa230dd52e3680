"""Judging: from a `Preview` to a `Review`, which has the gains and losses of each agency."""

"""The live suite: the same acts at Meta and at the simulator, and a report of the differences."""

"""`metapixel access`: who has access to which pixel, at Meta and in stacks."""

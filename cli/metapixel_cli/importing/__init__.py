"""`metapixel import`: a stack takes over the access that exists at Meta."""

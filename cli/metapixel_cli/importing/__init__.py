"""`metapixel import`, which records the access that exists at Meta in a stack."""

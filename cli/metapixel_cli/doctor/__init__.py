"""`metapixel doctor`: a diagnosis of the settings and tokens, which changes nothing at Meta."""

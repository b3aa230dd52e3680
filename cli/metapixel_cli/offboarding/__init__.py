"""`metapixel offboarding`: is an agency out, and how is that shown?"""

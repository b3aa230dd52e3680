"""The evaluation of everything that was read: the rows and findings of an access report."""

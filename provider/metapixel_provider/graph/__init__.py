"""A Graph API client: authentication, errors, retries, rate limits, paging, batches.

Importing this package does not import an HTTP library. Importing `graph.client` does.
"""

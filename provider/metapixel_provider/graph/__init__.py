"""One Graph API client: auth, errors, retries, limits, paging, batch.

Importing this package imports no HTTP library; `graph.client` does.
"""

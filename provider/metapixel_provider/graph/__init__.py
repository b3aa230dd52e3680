"""A Graph API client: authentication, errors, retries, rate limits, paging, batches."""

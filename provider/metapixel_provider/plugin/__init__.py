"""The operations, claims and process that the dynamic provider and the native plugin share."""

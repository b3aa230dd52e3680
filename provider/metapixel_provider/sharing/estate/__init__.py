"""The estate of a business: all shares and permissions on the pixels that it owns."""

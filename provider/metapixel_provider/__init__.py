"""The provider: the Graph API client, the domain, and the adapters for Pulumi."""

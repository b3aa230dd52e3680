"""A process that serves the engine: what the dynamic provider and the native plugin share."""

"""The reads of a diagnosis: settings, installed versions, and calls to Meta."""

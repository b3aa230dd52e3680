"""What the provider costs, beside the engine's own floor measured in the same run."""

"""Everything that talks to Meta and decides: the Graph client, the domain, the adapters."""

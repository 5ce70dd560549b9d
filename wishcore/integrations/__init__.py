"""Adapters: each foreign system behind the protocol of the domain that needs it."""

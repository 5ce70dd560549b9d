"""Stand-ins for foreign services, for development and tests."""

"""A whole story, and data to work with."""

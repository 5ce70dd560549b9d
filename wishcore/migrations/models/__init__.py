"""The files in their order; a file is never edited after its release."""

"""Proof: no cent lost or doubled, nothing told to the owner, nothing that stops the server."""

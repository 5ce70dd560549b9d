"""The REST API: HTTP in front of `wishcore`, and nothing else."""

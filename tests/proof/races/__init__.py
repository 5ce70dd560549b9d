"""Races and faults against the real product: servers and jobs in processes of their own."""

"""Limits of how often: counted in the database, so that all server processes share them.

A `Client` stands for whoever asks from outside. Operators and jobs have none, and no limits.
"""

from wishcore.limits.client import Allowance, Client
from wishcore.limits.operations import Count, Taken, give_back, take
from wishcore.limits.policies import Policy

__all__ = ["Allowance", "Client", "Count", "Policy", "Taken", "give_back", "take"]

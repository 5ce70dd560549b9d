"""Reconciliation: our book against Stripe's."""

from wishcore.reconciliation.differences import Drift
from wishcore.reconciliation.operations import Reconciled, reconcile

__all__ = ["Drift", "Reconciled", "reconcile"]

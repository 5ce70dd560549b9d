"""Double entry: every movement of money in balanced legs, posted once under its own name."""

from wishcore.ledger.models import LedgerAccount
from wishcore.ledger.queries import Balance, balances
from wishcore.ledger.steps import post

__all__ = ["Balance", "LedgerAccount", "balances", "post"]

"""What is known of products for a day, and how often each credential was used."""

from tortoise import fields
from tortoise.models import Model

from wishcore.db.columns import Row
from wishcore.prices.catalogue import Availability, Closure


class ProductQuote(Row):
    """What the catalogue last said of a product. Its content may be kept for 24 hours only.

    The row itself says which products are wanted, and when each was last asked for.
    """

    marketplace = fields.CharField(max_length=24)
    asin = fields.CharField(max_length=10)
    asked_at = fields.DatetimeField(null=True)
    checked_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    availability = fields.CharEnumField(Availability, max_length=20, null=True)
    price_minor = fields.BigIntField(null=True)
    currency = fields.CharField(max_length=3, null=True)
    quantity_max = fields.IntField(null=True)
    page_url = fields.CharField(max_length=2000, null=True)

    class Meta:
        """The table."""

        table = "product_quote"
        unique_together = (("marketplace", "asin"),)


class CatalogueAccess(Model):
    """How often a credential was used today, when it may be used next, and whether it is closed.

    A row with a marketplace in its name closes the credential for this marketplace only.
    """

    name = fields.CharField(max_length=300, primary_key=True)
    day = fields.DatetimeField()
    calls = fields.IntField()
    next_at = fields.DatetimeField()
    closed_until = fields.DatetimeField(null=True)
    closure = fields.CharEnumField(Closure, max_length=20, null=True)

    class Meta:
        """One row per credential that was ever used."""

        table = "catalogue_access"

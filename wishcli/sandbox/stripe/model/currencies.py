"""Currencies: which are known, their minor units, limits and fees."""

from wishcli.sandbox.stripe.model.refusals import Refusal

_ZERO_DECIMAL_NAMES = "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf"
_TWO_DECIMAL_NAMES = """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad
    cdf chf cny cop crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl
    htg huf idr ils inr isk jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop
    mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub sar
    sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah usd uyu uzs wst xcd
    yer zar zmw
"""
_ZERO_DECIMAL = frozenset(_ZERO_DECIMAL_NAMES.split())
_THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
_TWO_DECIMAL = frozenset(_TWO_DECIMAL_NAMES.split())
_KNOWN = _ZERO_DECIMAL | _THREE_DECIMAL | _TWO_DECIMAL

_MINIMUM_DEFAULT = 50
_MINIMUM = {
    "aed": 200, "bgn": 100, "czk": 1500, "dkk": 250, "gbp": 30, "hkd": 400, "huf": 17500,
    "mxn": 1000, "myr": 200, "nok": 300, "pln": 200, "ron": 200, "sek": 300, "thb": 1000,
}  # fmt: skip
_AMOUNT_MAX = 99_999_999


def check_currency(name: str) -> str:
    """Give the currency in the lower case of all answers, or refuse it."""
    currency = name.lower()
    if currency not in _KNOWN:
        raise Refusal(
            f"Invalid currency: {name}. Stripe currently supports these currencies: "
            f"{', '.join(sorted(_KNOWN))}",
            param="currency",
        )
    return currency


def check_charge_amount(amount: int, currency: str) -> None:
    """Refuse an amount that no card can be charged in this currency."""
    if amount < 1:
        raise Refusal(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="amount",
        )
    if amount > _AMOUNT_MAX:
        raise Refusal(
            f"Amount must be no more than {shown(_AMOUNT_MAX, currency)}",
            code="amount_too_large",
            param="amount",
        )
    minimum = _MINIMUM.get(currency, _MINIMUM_DEFAULT)
    if amount < minimum:
        raise Refusal(
            f"Amount must be at least {shown(minimum, currency)}",
            code="amount_too_small",
            param="amount",
        )
    if currency in _THREE_DECIMAL and amount % 10:
        raise Refusal(
            f"The last digit of an amount in {currency} must be 0.",
            code="parameter_invalid_integer",
            param="amount",
        )


def shown(amount: int, currency: str) -> str:
    """Write an amount for people, as in error messages."""
    if currency in _ZERO_DECIMAL:
        return f"{amount:,} {currency}"
    digits = 3 if currency in _THREE_DECIMAL else 2
    whole, rest = divmod(amount, 10**digits)
    return f"{whole:,}.{rest:0{digits}} {currency}"


def card_fee(amount: int) -> int:
    """Give the fee of one card payment: 2.9 % and 30 minor units, rounded half up."""
    return (amount * 29 + 500) // 1000 + 30

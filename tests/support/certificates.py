"""Whom the tests trust, and certificates of their own."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import stripe
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VARIABLE: Final = "SSL_CERT_FILE"
NOBODY: Final = Path(__file__).parents[1] / "data" / "nobody.pem"
_DAY: Final = timedelta(days=1)

_before: Final = os.environ.get(VARIABLE)


def trust_nobody() -> None:
    """Spare each HTTP client forty milliseconds: what the world trusts is read for each anew.

    No test speaks TLS with the world; the key of the one certificate that is trusted is lost.
    """
    os.environ[VARIABLE] = str(NOBODY)


@contextmanager
def stripe_trusting_nobody() -> Iterator[None]:
    """Spare each client of Stripe's SDK the same, which has its own list; restore it."""
    before = stripe.ca_bundle_path
    stripe.ca_bundle_path = str(NOBODY)
    try:
        yield
    finally:
        stripe.ca_bundle_path = before


def environment_that_trusts_the_world() -> dict[str, str]:
    """Return the environment of whoever installs something: it trusts whom it trusted before."""
    rest = {name: value for name, value in os.environ.items() if name != VARIABLE}
    return rest if _before is None else {**rest, VARIABLE: _before}


@dataclass(frozen=True)
class Certificate:
    """A certificate that only those trust who are told to."""

    file: Path
    key: Path

    def of_server(self) -> ssl.SSLContext:
        """Return what a server shows it with."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context

    def of_client(self) -> ssl.SSLContext:
        """Return what a client trusts it with."""
        return ssl.create_default_context(cafile=str(self.file))


def make_certificate(folder: Path, host: str) -> Certificate:
    """Make a certificate for a name or an address of the Internet."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    try:
        of: x509.GeneralName = x509.IPAddress(ip_address(host))
    except ValueError:
        of = x509.DNSName(host)
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.SubjectAlternativeName([of]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    made.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made

"""Letters through real SMTP, to servers on the loopback that behave and that do not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.certificates import Certificate, make_certificate
from tests.support.smtp import Server, closed_afterwards, listening, text_of
from wishcore import db as database
from wishcore.integrations.smtp import SmtpMailer
from wishcore.mail import Letter, Mailer, MailNotSent

pytestmark = pytest.mark.usefixtures("db")

SENDER = "Wish <wish@example.com>"
LETTER = Letter(to="ann@example.com", subject="Grüße", text="Hello,\n\n.\nünïcode\nWish\n")
Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def talking(conversation: Conversation) -> AsyncIterator[int]:
    """Run a server that does not keep to the protocol."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await conversation(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async with closed_afterwards(await asyncio.start_server(talk, "127.0.0.1", 0)) as port:
        yield port


def mailer(port: int, scheme: str = "smtp", user: str = "", **options: Any) -> SmtpMailer:
    patience = {"timeout_seconds": 5, "total_seconds": 10}
    return SmtpMailer(
        url=f"{scheme}://{user}127.0.0.1:{port}", sender=SENDER, **(patience | options)
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for this machine that nobody knows."""
    return make_certificate(tmp_path_factory.mktemp("tls"), "127.0.0.1")


async def test_the_server_gets_the_letter() -> None:
    server = Server()
    async with listening(server) as port:
        await mailer(port).send(LETTER)

    (envelope,), (message,) = server.envelopes, server.messages
    assert (envelope.mail_from, envelope.rcpt_tos) == ("wish@example.com", ["ann@example.com"])
    assert str(message["From"]) == SENDER
    assert str(message["To"]) == "ann@example.com"
    assert str(message["Subject"]) == "Grüße"
    assert message["Auto-Submitted"] == "auto-generated"
    assert str(message["Message-ID"]).endswith("@example.com>")
    assert message["Date"].datetime <= datetime.now(UTC)
    assert text_of(message) == LETTER.text


async def test_every_letter_has_an_id_of_its_own() -> None:
    server = Server()
    async with listening(server) as port:
        for _ in range(2):
            await mailer(port).send(LETTER)

    assert len({str(message["Message-ID"]) for message in server.messages}) == 2


async def test_user_and_password_are_decoded_and_not_shown(certificate: Certificate) -> None:
    server = Server()
    options = {"authenticator": server.log_in, "auth_required": True}
    async with listening(server, tls_context=certificate.of_server(), **options) as port:
        mail = mailer(
            port, "smtp+starttls", "us%40er:p%40ss%3Aword%2F@", tls=certificate.of_client()
        )
        await mail.send(LETTER)

    assert server.logins == [("us@er", "p@ss:word/")]
    assert "p%40ss" not in repr(mail)
    assert len(server.envelopes) == 1


async def test_a_wrong_password_is_not_sent(certificate: Certificate) -> None:
    server = Server()
    options = {"authenticator": server.log_in, "auth_required": True}
    async with listening(server, tls_context=certificate.of_server(), **options) as port:
        with pytest.raises(MailNotSent):
            await mailer(port, "smtp+starttls", "u:x@", tls=certificate.of_client()).send(LETTER)

    assert server.logins
    assert {password for _, password in server.logins} == {"x"}
    assert server.envelopes == []


async def test_starttls_encrypts(certificate: Certificate) -> None:
    server = Server()
    async with listening(server, tls_context=certificate.of_server()) as port:
        await mailer(port, "smtp+starttls", tls=certificate.of_client()).send(LETTER)

    assert server.spoke_tls == [True]


async def test_starttls_is_not_given_up_when_the_server_has_none() -> None:
    server = Server()
    async with listening(server) as port:
        with pytest.raises(MailNotSent):
            await mailer(port, "smtp+starttls").send(LETTER)

    assert server.envelopes == []


async def test_smtps_encrypts_from_the_start(certificate: Certificate) -> None:
    server = Server()
    async with listening(server, from_the_start=certificate.of_server()) as port:
        await mailer(port, "smtps", tls=certificate.of_client()).send(LETTER)

    assert len(server.envelopes) == 1


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_an_unknown_certificate_is_refused(certificate: Certificate, scheme: str) -> None:
    server = Server()
    tls = certificate.of_server()
    options = {"from_the_start": tls} if scheme == "smtps" else {"tls_context": tls}
    async with listening(server, **options) as port:
        with pytest.raises(MailNotSent):
            await mailer(port, scheme).send(LETTER)

    assert server.envelopes == []


@pytest.mark.parametrize("code", ["421 Later", "450 Busy", "550 Unknown", "554 Spam"])
@pytest.mark.parametrize("place", ["to_recipient", "to_data"])
async def test_a_refusal_is_not_sent(place: str, code: str) -> None:
    server = Server()
    setattr(server, place, code)
    async with listening(server) as port:
        with pytest.raises(MailNotSent) as refusal:
            await mailer(port).send(LETTER)

    assert server.envelopes == []
    assert "ann@example.com" not in str(refusal.value)
    assert refusal.value.__cause__ is not None


async def test_nobody_there_is_not_sent(unused_tcp_port: int) -> None:
    with pytest.raises(MailNotSent):
        await mailer(unused_tcp_port).send(LETTER)


async def test_a_host_without_an_address_is_not_sent() -> None:
    mail = SmtpMailer(url="smtp://nobody.invalid:25", sender=SENDER, timeout_seconds=2)
    with pytest.raises(MailNotSent):
        await mail.send(LETTER)


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def say_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 400 \xff\xfe\r\n\r\n")
    await reader.read()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 localhost\r\n")
    await reader.readline()


async def hang_up_with_the_letter(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    writer.write(b"220 localhost\r\n")
    while not (line := await reader.readline()).startswith(b"DATA"):
        assert line
        writer.write(b"250 OK\r\n")
    writer.write(b"354 Go on\r\n")
    await reader.readuntil(b"\r\n.\r\n")


async def answer_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    # Each answer comes in time, and all of them together do not.
    writer.write(b"220 localhost\r\n")
    while line := await reader.readline():
        await asyncio.sleep(0.2)
        writer.write(b"354 Go on\r\n" if line.startswith(b"DATA") else b"250 OK\r\n")


@pytest.mark.parametrize(
    "conversation",
    [say_nothing, say_nonsense, hang_up, hang_up_with_the_letter, answer_slowly],
)
async def test_a_server_that_misbehaves_is_given_up(conversation: Conversation) -> None:
    async with talking(conversation) as port, asyncio.timeout(5):
        with pytest.raises(MailNotSent):
            await mailer(port, timeout_seconds=0.3, total_seconds=0.6).send(LETTER)


async def test_a_server_that_fails_after_it_took_the_letter_has_it() -> None:
    async def take_and_hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await hang_up_with_the_letter(reader, writer)
        writer.write(b"250 I have it\r\n")
        assert await reader.readline() == b"QUIT\r\n"

    async with talking(take_and_hang_up) as port:
        await mailer(port).send(LETTER)


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("ann@example.com\nBcc: ben@example.com", "Hello"),
        ("ann@example.com\r\nBcc: ben@example.com", "Hello"),
        ("ann@example.com", "Hello\r\nBcc: ben@example.com"),
        ("ann@example.com", "Hello\nBcc: ben@example.com"),
        ("ann@example.com", "Hello\0"),
        ("ann@example.com\x0b", "Hello"),
    ],
)
def test_a_letter_with_a_second_header_cannot_be_written(to: str, subject: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        Letter(to=to, subject=subject, text="")


@pytest.mark.parametrize(
    "to", ["ann@example.com, ben@example.com", "ben <ann@example.com>", "ann@example.com>", ""]
)
async def test_a_second_recipient_cannot_be_addressed(to: str) -> None:
    server = Server()
    async with listening(server) as port:
        with pytest.raises((ValueError, IndexError)):
            await mailer(port).send(Letter(to=to, subject="Hello", text=""))

    assert server.envelopes == []


@database.transactional
async def send_inside(mail: Mailer) -> None:
    await mail.send(LETTER)


async def test_no_letter_is_sent_inside_a_transaction() -> None:
    server = Server()
    async with listening(server) as port:
        with pytest.raises(AssertionError, match="No transaction may be open"):
            await send_inside(mailer(port))

    assert server.envelopes == []

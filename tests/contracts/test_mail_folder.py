"""Letters as files in a folder, which is what a machine without a mail server does."""

import asyncio
import resource
import stat
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

from wishcore import db as database
from wishcore.integrations.maildir import FolderMailer
from wishcore.mail import Letter, MailNotSent
from wishcore.times import Clock

pytestmark = pytest.mark.usefixtures("db")

SENDER = "Wish <wish@example.com>"
LETTER = Letter(to="ann@example.com", subject="Grüße", text="Hello,\n\n.\nünïcode\nWish\n")


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def parsed(content: bytes) -> EmailMessage:
    message = BytesParser(policy=default).parsebytes(content)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "mail"


async def test_the_folder_gets_the_letter(folder: Path) -> None:
    await FolderMailer(folder=folder, sender=SENDER).send(LETTER)

    (file,) = files(folder)
    message = parsed(file.read_bytes())
    assert file.suffix == ".eml"
    assert "-ann@example.com-" in file.name
    assert (str(message["To"]), str(message["Subject"])) == ("ann@example.com", "Grüße")
    assert message.get_content().replace("\r\n", "\n") == LETTER.text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600, "Letters hold codes."


async def test_names_sort_by_time(folder: Path) -> None:
    for hours in (2, 0, 1):
        clock = Clock(offset=timedelta(hours=hours))
        letter = Letter(to="ann@example.com", subject=str(hours), text="")
        await FolderMailer(folder=folder, sender=SENDER, clock=clock).send(letter)

    subjects = [str(parsed(file.read_bytes())["Subject"]) for file in files(folder)]
    assert subjects == ["0", "1", "2"]


async def test_letters_at_the_same_moment_are_all_kept(folder: Path) -> None:
    mail = FolderMailer(folder=folder, sender=SENDER)

    await asyncio.gather(*(mail.send(LETTER) for _ in range(20)))

    assert [file.suffix for file in files(folder)] == [".eml"] * 20


@pytest.mark.parametrize(
    "address",
    ["/etc/passwd@example.com", "~a/b&c|d@example.com", "a" * 64 + "@" + "b" * 180 + ".com"],
)
async def test_no_address_leaves_the_folder(folder: Path, address: str) -> None:
    before = files(folder.parent.parent)
    letter = Letter(to=address, subject="Hello", text="")
    await FolderMailer(folder=folder, sender=SENDER).send(letter)

    (file,) = files(folder)
    assert str(parsed(file.read_bytes())["To"]).replace("\r\n ", "") == address
    assert set(files(folder.parent.parent)) - set(before) == {folder.parent, folder, file}


async def test_a_folder_that_cannot_be_written_to_is_not_sent(tmp_path: Path) -> None:
    in_the_way = tmp_path / "mail"
    in_the_way.write_text("")

    with pytest.raises(MailNotSent):
        await FolderMailer(folder=in_the_way, sender=SENDER).send(LETTER)

    assert in_the_way.read_text() == ""


async def test_a_letter_that_is_cut_off_is_not_left_behind(folder: Path) -> None:
    letter = Letter(to="ann@example.com", subject="Long", text=("x" * 70 + "\n") * 100_000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        with pytest.raises(MailNotSent):
            await FolderMailer(folder=folder, sender=SENDER).send(letter)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert files(folder) == []


async def test_a_reader_never_sees_half_a_letter(folder: Path) -> None:
    letter = Letter(to="ann@example.com", subject="Long", text=("x" * 70 + "\n") * 100_000)
    sending = asyncio.create_task(FolderMailer(folder=folder, sender=SENDER).send(letter))
    seen = set()
    while not sending.done():
        seen |= {file.stat().st_size for file in files(folder) if file.suffix == ".eml"}
        await asyncio.sleep(0)
    await sending

    (file,) = files(folder)
    assert file.stat().st_size > 7_000_000
    assert seen <= {file.stat().st_size}


@database.transactional
async def send_inside(mail: FolderMailer) -> None:
    await mail.send(LETTER)


async def test_no_letter_is_written_inside_a_transaction(folder: Path) -> None:
    with pytest.raises(AssertionError, match="No transaction may be open"):
        await send_inside(FolderMailer(folder=folder, sender=SENDER))

    assert files(folder) == []

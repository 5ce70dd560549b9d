"""Settings: what is unknown or cannot be right is named, and nothing starts with it."""

import stat
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from wishcore.settings import (
    SANDBOX_BASE,
    SANDBOX_KEY,
    SANDBOX_WEBHOOK_SECRET,
    STRIPE_BASE,
    BadSettings,
    Settings,
    load,
)

LIVE = {
    "STRIPE_SECRET_KEY": "sk_live_" + "x" * 4,
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
    "WISH_SECRET": "s" * 32,
    "WISH_PUBLIC_URL": "https://wish.example",
    "SMTP_URL": "smtps://mail.example",
    "MAIL_FROM": "Wish <wish@wish.example>",
}


def loaded(tmp_path: Path, **environ: str) -> Settings:
    return load(environ, folder=tmp_path)


def refused(tmp_path: Path, **environ: str) -> str:
    with pytest.raises(BadSettings) as bad:
        loaded(tmp_path, **environ)
    return str(bad.value)


def test_without_any_setting_it_runs_on_one_machine(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert settings.is_sandbox
    assert not settings.is_live
    assert settings.uses_sqlite
    assert settings.database == "sqlite://var/wish.sqlite3"
    assert settings.stripe_base == SANDBOX_BASE
    assert settings.webhook_secret == SANDBOX_WEBHOOK_SECRET
    assert settings.cors_origins == ()
    assert settings.clock_offset == timedelta(0)


def test_the_environment_wins_over_the_named_file_and_that_over_the_other(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("WISH_PORT=1\nWISH_HOST=one\nMAIL_FROM=a@example.org\n")
    (tmp_path / ".env.staging").write_text("WISH_PORT=2\nWISH_HOST=two\n")
    settings = loaded(tmp_path, WISH_ENV="staging", WISH_PORT="3")
    assert (settings.wish_port, settings.wish_host) == (3, "two")
    assert settings.mail_from == "a@example.org"
    assert loaded(tmp_path).wish_host == "one"


def test_a_named_file_that_is_missing(tmp_path: Path) -> None:
    assert refused(tmp_path, WISH_ENV="nowhere") == "WISH_ENV: there is no file .env.nowhere"


def test_unknown_settings_are_named(tmp_path: Path) -> None:
    assert refused(tmp_path, WISH_PROT="1") == "WISH_PROT: unknown setting"
    assert refused(tmp_path, WISH_TEST_PORT="1") == "WISH_TEST_PORT: unknown setting"
    loaded(tmp_path, HOME="/", PATH="/bin")
    (tmp_path / ".env").write_text("COLOUR=blue\n")
    assert refused(tmp_path) == "COLOUR: unknown setting in .env"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WISH_PORT", "65536"),
        ("WISH_PORT", "many"),
        ("WISH_WORKERS", "0"),
        ("WISH_DOCS", "maybe"),
        ("WISH_LOG_LEVEL", "loud"),
        ("WISH_LOG_FORMAT", "xml"),
        ("WISH_PROXIES_COUNT", "-1"),
        ("WISH_CLOCK_OFFSET_SECONDS", "-1"),
        ("WISH_PASSWORD_MEMORY_KIB", "7"),
        ("WISH_PASSWORD_MEMORY_KIB", "1048577"),
        ("DATABASE_POOL_MAX", "0"),
        ("WISH_PUBLIC_URL", "wish.example"),
        ("WISH_PUBLIC_URL", "ftp://wish.example"),
        ("WISH_PUBLIC_URL", "https://wish.example?x=1"),
        ("WISH_SHARE_URL", "wish.example/{token}"),
        ("WISH_CORS_ORIGINS", "https://wish.example/"),
        ("WISH_CORS_ORIGINS", "https://a.example *"),
        ("WISH_CORS_ORIGINS", "null"),
        ("DATABASE_URL", "mysql://x"),
        ("SMTP_URL", "http://mail.example"),
        ("SMTP_URL", "smtp://"),
    ],
)
def test_bad_values_are_named_and_not_repeated(tmp_path: Path, name: str, value: str) -> None:
    text = refused(tmp_path, **{name: value})
    assert text.startswith(f"{name}: ")


def test_secrets_are_in_no_message_and_no_repr(tmp_path: Path) -> None:
    secret = "sqlite-and-a-password"
    assert secret not in refused(tmp_path, DATABASE_URL=f"mysql://{secret}")
    settings = loaded(tmp_path, **LIVE, DATABASE_URL=f"postgres://{secret}")
    for hidden in (secret, LIVE["STRIPE_SECRET_KEY"], LIVE["WISH_SECRET"]):
        assert hidden not in repr(settings)


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"STRIPE_SECRET_KEY": "pk_test_x"}, "STRIPE_SECRET_KEY is not a secret key"),
        ({"STRIPE_SECRET_KEY": ""}, "STRIPE_SECRET_KEY is not a secret key"),
        ({**LIVE, "WISH_CLOCK_OFFSET_SECONDS": "1"}, "WISH_CLOCK_OFFSET_SECONDS is refused"),
        (
            {**LIVE, "WISH_PASSWORD_MEMORY_KIB": "19455"},
            "WISH_PASSWORD_MEMORY_KIB below 19456 is refused",
        ),
        ({**LIVE, "STRIPE_API_BASE": SANDBOX_BASE}, "STRIPE_API_BASE is refused"),
        ({**LIVE, "WISH_PUBLIC_URL": "http://wish.example"}, "WISH_PUBLIC_URL must begin"),
        ({"STRIPE_API_BASE": "https://api.example"}, "STRIPE_API_BASE must be on this machine"),
        ({"STRIPE_API_BASE": STRIPE_BASE}, "STRIPE_API_BASE must be on this machine"),
        ({**LIVE, "STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET is needed"),
        ({**LIVE, "WISH_SECRET": ""}, "WISH_SECRET is needed"),
        ({**LIVE, "SMTP_URL": ""}, "SMTP_URL is needed"),
        ({**LIVE, "MAIL_FROM": "Wish <wish@localhost>"}, "MAIL_FROM is needed"),
        ({**LIVE, "MAIL_FROM": "wish@LOCALHOST"}, "MAIL_FROM is needed"),
        (
            {**LIVE, "WISH_SECRET": "s" * 31, "SMTP_URL": ""},
            "WISH_SECRET is shorter than 32 characters; SMTP_URL is needed",
        ),
        ({"WISH_SECRET": "s" * 31}, "WISH_SECRET is shorter than 32"),
    ],
)
def test_what_does_not_fit_together(tmp_path: Path, environ: dict[str, str], says: str) -> None:
    assert refused(tmp_path, **environ).startswith(says)


@pytest.mark.parametrize(
    "environ",
    [
        LIVE,
        {**LIVE, "STRIPE_API_BASE": STRIPE_BASE},
        {**LIVE, "STRIPE_SECRET_KEY": "rk_live_x"},
        {"STRIPE_SECRET_KEY": "sk_test_x", "WISH_SECRET": "s" * 32},
        {"STRIPE_API_BASE": "http://localhost:9999/"},
        {"STRIPE_API_BASE": "http://[::1]:9999"},
        {"DATABASE_URL": "postgres://localhost/wish", "WISH_SECRET": "s" * 32},
    ],
)
def test_what_fits_together(tmp_path: Path, environ: dict[str, str]) -> None:
    settings = loaded(tmp_path, **environ)
    assert settings.is_live is ("_live_" in environ.get("STRIPE_SECRET_KEY", ""))
    assert settings.is_sandbox is ("STRIPE_SECRET_KEY" not in environ)
    assert not settings.stripe_base.endswith("/")


def test_the_pace_follows_the_kind_of_key(tmp_path: Path) -> None:
    paces = [
        loaded(tmp_path, **environ).stripe_pace
        for environ in ({}, {"STRIPE_SECRET_KEY": "sk_test_x"}, LIVE)
    ]
    assert paces[0] > paces[2] > paces[1]
    assert loaded(tmp_path, STRIPE_CALLS_PER_SECOND="7").stripe_pace == 7


def test_links(tmp_path: Path) -> None:
    pledge = UUID(int=7)
    plain = loaded(tmp_path, WISH_PUBLIC_URL="https://wish.example/")
    assert plain.share_url("wsl_x") == "https://wish.example/v1/shared/wsl_x"
    assert plain.return_url(pledge) == "https://wish.example/docs"
    front = loaded(
        tmp_path,
        WISH_SHARE_URL="https://front.example/l/{token}",
        WISH_RETURN_URL="https://front.example/p/{pledge}",
        WISH_CORS_ORIGINS="https://front.example http://localhost:3000",
    )
    assert front.share_url("wsl_x") == "https://front.example/l/wsl_x"
    assert front.return_url(pledge) == f"https://front.example/p/{pledge}"
    assert front.cors_origins == ("https://front.example", "http://localhost:3000")


def test_the_secret_of_one_machine_is_made_once_and_kept(tmp_path: Path) -> None:
    settings = loaded(tmp_path, WISH_VAR=str(tmp_path / "deep" / "var"))
    secret = settings.secret()
    assert len(secret) >= 32
    assert settings.secret() == secret
    assert loaded(tmp_path, WISH_VAR=str(tmp_path / "deep" / "var")).secret() == secret
    mode = (tmp_path / "deep" / "var" / "secret").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert loaded(tmp_path, WISH_SECRET="s" * 40).secret() == "s" * 40


def test_the_sandbox_is_known_by_its_key(tmp_path: Path) -> None:
    assert loaded(tmp_path, STRIPE_SECRET_KEY=SANDBOX_KEY).is_sandbox
    assert loaded(tmp_path, STRIPE_WEBHOOK_SECRET="whsec_mine").webhook_secret == "whsec_mine"

"""Who we are at Google and Facebook, and what is refused when real money moves."""

import pytest

from wishcore.settings import BadSettings, load

LIVE = {
    "STRIPE_SECRET_KEY": "sk_live_" + "x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
    "WISH_SECRET": "x" * 32,
    "WISH_PUBLIC_URL": "https://wish.example",
    "SMTP_URL": "smtps://mail.example",
    "MAIL_FROM": "wish@wish.example",
}
GOOGLE = {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "secret"}
FACEBOOK = {"FACEBOOK_APP_ID": "123", "FACEBOOK_APP_SECRET": "secret"}


def test_without_settings_the_sandbox_is_asked() -> None:
    settings = load({})

    assert settings.google is not None
    assert settings.google.base == "http://127.0.0.1:12112/google"
    assert settings.facebook is not None
    assert settings.facebook.base == "http://127.0.0.1:12112/facebook"
    assert settings.facebook_graph == "http://127.0.0.1:12112/graph"


def test_with_a_real_key_nobody_stands_in() -> None:
    settings = load(LIVE)

    assert (settings.google, settings.facebook) == (None, None)


def test_who_is_named_is_the_real_one() -> None:
    settings = load(LIVE | GOOGLE | FACEBOOK)

    assert settings.google is not None
    assert (settings.google.app_id, settings.google.base) == ("id", "https://accounts.google.com")
    assert settings.facebook is not None
    assert settings.facebook.base == "https://www.facebook.com"
    assert settings.facebook_graph == "https://graph.facebook.com"
    assert "secret" not in repr(settings.google)


@pytest.mark.parametrize("name", ["GOOGLE_ISSUER", "FACEBOOK_DIALOG_BASE", "FACEBOOK_GRAPH_BASE"])
@pytest.mark.parametrize(
    "base", ["http://provider.example", "https://127.0.0.1", "https://localhost"]
)
def test_with_a_live_key_people_are_not_sent_to_toys(name: str, base: str) -> None:
    with pytest.raises(BadSettings, match="people sign in at https"):
        load(LIVE | GOOGLE | FACEBOOK | {name: base})
    fine = load(LIVE | GOOGLE | FACEBOOK | {name: "https://provider.example"})
    assert getattr(fine, name.lower()) == "https://provider.example"


@pytest.mark.parametrize("name", [*GOOGLE, *FACEBOOK])
def test_an_id_and_its_secret_come_together(name: str) -> None:
    value = (GOOGLE | FACEBOOK)[name]

    with pytest.raises(BadSettings, match="set together"):
        load({name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GOOGLE_ISSUER", "accounts.google.com"),
        ("FACEBOOK_GRAPH_VERSION", "25"),
        ("FACEBOOK_APP_ID", "wish"),
    ],
)
def test_what_cannot_be_right_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        load({name: value})

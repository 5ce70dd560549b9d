"""Accounts: signing up, one's own profile, password and address, and public profiles."""

from typing import Annotated, cast
from uuid import UUID

from pydantic import Field

from wishapi.callers import Account, StaffMember
from wishapi.doors import client_of
from wishapi.http import Answer, Body, Call, Day, PageQuery, Patch, Resource, absent, answer
from wishapi.resources.fields import AddressConfirmation, Email
from wishcore import accounts, confirmations, exports, leaving, sessions
from wishcore.errors import Invalid, TooManyRequests
from wishcore.mail import MailNotSent
from wishcore.pages import Page

resource = Resource(
    "accounts",
    tag="Accounts",
    prefix="/v1",
    description="People who signed up. The same account may own lists and give.",
)

FirstName = Annotated[str, Field(min_length=1, max_length=80, examples=["Ada"])]
LastName = Annotated[str, Field(min_length=1, max_length=80, examples=["Lovelace"])]
Username = Annotated[
    str | None,
    Field(
        pattern=r"^[A-Za-z0-9._-]{3,40}$",
        examples=["ada"],
        description="In any case; kept in lower case.",
    ),
]
DisplayName = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=80,
        examples=["Countess Ada"],
        description="What others see; `null`: the first name and one letter.",
    ),
]
PictureUrl = Annotated[
    str | None,
    Field(
        max_length=2000,
        examples=["https://pictures.example/ada.jpg"],
        description="Begins with https://. Browsers show it; the server never fetches it.",
    ),
]
Birthday = Annotated[Day, Field(description="From 1900 on, and not in the future.")]
Password = Annotated[str, Field(min_length=1, max_length=1024)]
NewPassword = Annotated[
    str,
    Field(
        min_length=8,
        max_length=256,
        examples=["correct horse battery"],
        description="At least 8 characters, whichever; not one of those that everybody tries.",
    ),
]


class NewAccount(Body):
    """A sign-up."""

    email: Email
    password: NewPassword
    first_name: FirstName
    last_name: LastName
    birthday: Birthday
    username: Username = None


class NewEmail(Body):
    """Another address, and the present password."""

    email: Email
    password: Password


class Closing(Body):
    """The present password; `null` for whoever has none."""

    password: Password | None = None


class ProfilePatch(Patch):
    """Some of one's own profile. `null` removes the user name, display name or picture."""

    first_name: FirstName = absent()
    last_name: LastName = absent()
    birthday: Birthday = absent()
    username: Username = absent()
    display_name: DisplayName = absent()
    picture_url: PictureUrl = absent()


class PasswordChange(Body):
    """The old password proves who asks."""

    old: Password
    new: NewPassword


@resource.post(
    "/accounts",
    success={202: confirmations.Asked},
    refusals=(
        accounts.UsernameTaken,
        accounts.WeakPassword,
        accounts.SignInBusy,
        MailNotSent,
        TooManyRequests,
        Invalid,
    ),
)
async def sign_up(call: Call, body: NewAccount) -> Answer:
    """Sign up: a code goes to the address.

    The answer is the same whether or not the address has an account; its mailbox hears which.
    """
    integrations = call.app_ctx.integrations
    asked = await confirmations.ask_to_sign_up(
        email=body.email,
        password=body.password,
        first_name=body.first_name,
        last_name=body.last_name,
        birthday=body.birthday,
        username=body.username,
        mailer=integrations.mailer,
        hasher=integrations.hasher,
        client=client_of(call),
        now=call.now,
    )
    return answer(asked, status=202)


@resource.post(
    "/accounts/confirm",
    success={201: accounts.Profile},
    refusals=(confirmations.CodeNotValid, accounts.EmailTaken, TooManyRequests),
)
async def confirm_sign_up(call: Call, body: AddressConfirmation) -> Answer:
    """Exchange the code for the account.

    The fifth wrong try ends the code.

    A user name that somebody took in the meantime is left out.
    """
    profile = await confirmations.confirm_sign_up(
        body.id, code=body.code, client=client_of(call), now=call.now
    )
    return answer(profile, status=201, location="/v1/me")


@resource.get("/accounts", success={200: Page[accounts.PublicProfile]}, refusals=(Invalid,))
async def public_profiles(caller: Account, query: PageQuery) -> Answer:
    """Return public profiles: display names and pictures, nothing private."""
    return answer(await accounts.public_profiles(limit=query.limit, cursor=query.cursor))


@resource.get(
    "/accounts/{account_id}",
    success={200: accounts.PublicProfile},
    refusals=(accounts.AccountNotFound,),
)
async def public_profile(caller: Account, account_id: UUID) -> Answer:
    """Return one public profile."""
    return answer(await accounts.public_profile(account_id))


@resource.get("/me", success={200: accounts.Profile}, refusals=(accounts.AccountNotFound,))
async def own_profile(caller: Account) -> Answer:
    """Return your own profile."""
    return answer(await accounts.own_profile(caller.account_id))


@resource.patch(
    "/me",
    success={200: accounts.Profile},
    refusals=(accounts.AccountNotFound, accounts.UsernameTaken, Invalid),
)
async def edit_profile(call: Call, caller: Account, body: ProfilePatch) -> Answer:
    """Change some of your own profile."""
    changes = cast("accounts.ProfileChanges", body.changes())  # The patch has the same fields.
    return answer(await accounts.edit_profile(caller.account_id, changes=changes, now=call.now))


@resource.post(
    "/me/close",
    success={204: None},
    refusals=(
        accounts.AccountNotFound,
        accounts.WrongPassword,
        sessions.SignInAgain,
        accounts.SignInBusy,
        TooManyRequests,
    ),
    counted=True,
)
async def close_account(call: Call, caller: Account, body: Closing) -> Answer:
    """Close your account, for ever.

    It takes your password; if you have none, a sign-in of the last ten minutes.

    Your tokens, lists and personal data are gone at once. What you paid for other people's items
    stays with them, without your name.
    """
    await sessions.prove_again(
        caller,
        body.password,
        hasher=call.app_ctx.integrations.hasher,
        client=client_of(call),
        now=call.now,
    )
    await leaving.close_account(caller.account_id, client=client_of(call), now=call.now)
    return answer(status=204)


@resource.get(
    "/me/export",
    success={200: exports.Export},
    refusals=(accounts.AccountNotFound, TooManyRequests),
    counted=True,
)
async def export_account(call: Call, caller: Account) -> Answer:
    """Return everything that you gave us."""
    return answer(await exports.export_of(caller, client=client_of(call), now=call.now))


@resource.post(
    "/me/password",
    success={204: None},
    refusals=(
        accounts.AccountNotFound,
        accounts.WrongPassword,
        accounts.WeakPassword,
        accounts.SignInBusy,
        TooManyRequests,
    ),
    counted=True,
)
async def change_password(call: Call, caller: Account, body: PasswordChange) -> Answer:
    """Change your password.

    Everybody who is signed in as you is signed out, you too: sign in with the new one.
    """
    integrations = call.app_ctx.integrations
    await sessions.change_password(
        caller.account_id,
        old=body.old,
        new=body.new,
        mailer=integrations.mailer,
        hasher=integrations.hasher,
        client=client_of(call),
        now=call.now,
    )
    return answer(status=204)


@resource.post(
    "/me/email",
    success={202: confirmations.Asked},
    refusals=(
        accounts.WrongPassword,
        accounts.SignInBusy,
        MailNotSent,
        TooManyRequests,
        Invalid,
    ),
    counted=True,
)
async def ask_to_change_email(call: Call, caller: Account, body: NewEmail) -> Answer:
    """Ask for another address, or for a code that confirms the one you have.

    The answer is the same whether or not somebody else has the address; its mailbox hears which.
    """
    client = client_of(call)
    integrations = call.app_ctx.integrations
    await sessions.check_present_password(
        caller.account_id, body.password, hasher=integrations.hasher, client=client, now=call.now
    )
    asked = await confirmations.ask_to_change_email(
        caller.account_id, body.email, mailer=integrations.mailer, client=client, now=call.now
    )
    return answer(asked, status=202)


@resource.post(
    "/me/email/confirm",
    success={200: accounts.Profile},
    refusals=(
        accounts.AccountNotFound,
        accounts.EmailTaken,
        confirmations.CodeNotValid,
        TooManyRequests,
    ),
)
async def change_email(call: Call, caller: Account, body: AddressConfirmation) -> Answer:
    """Exchange the code for the new address.

    The old address is told.
    """
    profile = await confirmations.change_email(
        caller.account_id,
        body.id,
        code=body.code,
        mailer=call.app_ctx.integrations.mailer,
        client=client_of(call),
        now=call.now,
    )
    return answer(profile)


_ROLES = (accounts.RoleNotFound, accounts.AccountNotFound)


@resource.put("/accounts/{account_id}/roles/{role}", success={204: None}, refusals=_ROLES)
async def give_role(call: Call, staff: StaffMember, account_id: UUID, role: str) -> Answer:
    """Let an account be seller or staff.

    For staff.
    """
    await accounts.give_role(account_id, role, by=staff.account_id, now=call.now)
    return answer(status=204)


@resource.delete("/accounts/{account_id}/roles/{role}", success={204: None}, refusals=_ROLES)
async def take_role(call: Call, staff: StaffMember, account_id: UUID, role: str) -> Answer:
    """Take a role from an account, from its next request on.

    For staff.
    """
    await accounts.take_role(account_id, role, by=staff.account_id, now=call.now)
    return answer(status=204)

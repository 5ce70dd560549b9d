"""Accounts: signing up, one's own profile and password, and public profiles."""

from typing import Annotated, cast
from uuid import UUID

from pydantic import Field

from wishapi.callers import Account
from wishapi.http import Answer, Body, Call, Day, PageQuery, Patch, Resource, absent, answer
from wishcore import accounts
from wishcore.errors import Invalid
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

    email: Annotated[str, Field(min_length=3, max_length=254, examples=["ada@example.org"])]
    password: NewPassword
    first_name: FirstName
    last_name: LastName
    birthday: Birthday
    username: Username = None


class ProfilePatch(Patch):
    """Some of one's own profile. `null` removes the user name."""

    first_name: FirstName = absent()
    last_name: LastName = absent()
    birthday: Birthday = absent()
    username: Username = absent()


class PasswordChange(Body):
    """The old password proves who asks."""

    old: Password
    new: NewPassword


@resource.post(
    "/accounts",
    success={201: accounts.Profile},
    refusals=(
        accounts.EmailTaken,
        accounts.UsernameTaken,
        accounts.WeakPassword,
        accounts.SignInBusy,
        Invalid,
    ),
)
async def sign_up(call: Call, body: NewAccount) -> Answer:
    """Sign up."""
    profile = await accounts.register(
        email=body.email,
        password=body.password,
        first_name=body.first_name,
        last_name=body.last_name,
        birthday=body.birthday,
        username=body.username,
        hasher=call.app_ctx.integrations.hasher,
        now=call.now,
    )
    return answer(profile, status=201, location="/v1/me")


@resource.get("/accounts", success={200: Page[accounts.PublicProfile]}, refusals=(Invalid,))
async def public_profiles(caller: Account, query: PageQuery) -> Answer:
    """Return public profiles: display names, nothing private."""
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
    "/me/password",
    success={204: None},
    refusals=(
        accounts.AccountNotFound,
        accounts.WrongPassword,
        accounts.WeakPassword,
        accounts.SignInBusy,
    ),
)
async def change_password(call: Call, caller: Account, body: PasswordChange) -> Answer:
    """Change your password.

    Everybody else who is signed in as you is signed out.
    """
    await accounts.change_password(
        caller.account_id,
        old=body.old,
        new=body.new,
        family_id=caller.family_id,
        hasher=call.app_ctx.integrations.hasher,
        now=call.now,
    )
    return answer(status=204)

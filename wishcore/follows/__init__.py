"""Following: an account that wants to hear of another. It says nothing of lists or pledges."""

from wishcore.follows.operations import (
    OwnAccount,
    TooManyFollowed,
    follow,
    forget_follows_of,
    unfollow,
)
from wishcore.follows.queries import Followed, followed_by, followers_of

__all__ = [
    "Followed",
    "OwnAccount",
    "TooManyFollowed",
    "follow",
    "followed_by",
    "followers_of",
    "forget_follows_of",
    "unfollow",
]

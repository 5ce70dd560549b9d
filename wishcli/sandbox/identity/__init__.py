"""Stand-ins for Google and Facebook sign-in, with people who do not exist.

They share no code with the rest of the project, so that they cannot share its mistakes, and can be
told to lie.
"""

from wishcli.sandbox.identity.app import create_app
from wishcli.sandbox.identity.config import IdentityConfig
from wishcli.sandbox.identity.serving import running

__all__ = ["IdentityConfig", "create_app", "running"]

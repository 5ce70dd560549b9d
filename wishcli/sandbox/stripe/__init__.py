"""A stand-in for Stripe that keeps books of its own.

It shares no code with the rest of the project, so that it cannot share its mistakes. The real
SDK talks to it over HTTP.
"""

from wishcli.sandbox.stripe.app import create_app
from wishcli.sandbox.stripe.config import SandboxConfig
from wishcli.sandbox.stripe.serving import serve
from wishcli.sandbox.stripe.webhooks import NotLoopback

__all__ = ["NotLoopback", "SandboxConfig", "create_app", "serve"]

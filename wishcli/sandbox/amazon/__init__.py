"""A stand-in for Amazon's Creators API, with a catalogue of its own.

It shares no code with the rest of the project, so that it cannot share its mistakes. Our client and
somebody else's talk to it over HTTP.
"""

from wishcli.sandbox.amazon.app import create_app
from wishcli.sandbox.amazon.config import Credential, SandboxConfig
from wishcli.sandbox.amazon.serving import running

__all__ = ["Credential", "SandboxConfig", "create_app", "running"]

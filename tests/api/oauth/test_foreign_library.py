"""A front end on a library that others wrote (npm `oauth4webapi`) gets in by our metadata alone."""

import json
import subprocess

import pytest

from tests.api.oauth.conftest import SHOP_URI, OAuthWorld
from tests.contracts import oidc_provider
from tests.support.oauth import PASSWORD

# The database's part is tested by operations.
pytestmark = pytest.mark.nightly("postgres")


@pytest.mark.slow
def test_a_library_of_others_signs_in(here: OAuthWorld) -> None:
    command = [
        oidc_provider.require_node(), "front_end.mjs", here.server.url, "shop", SHOP_URI,
        here.ada, PASSWORD,
    ]  # fmt: skip

    done = subprocess.run(
        command, cwd=oidc_provider.HERE, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "email": here.ada,
        "scope": "read write",
        "ended": 401,
        "refused": "invalid_grant",
    }

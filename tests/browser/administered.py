"""A school with an administrator, whom only the command line makes."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.browser.test_browser_account import link_of
from tests.browser.test_browser_entry import graphql
from tests.support.server import PASSWORD, StoaServer

ADMIN = "ada@school.example"
REGISTER = """mutation ($e: String!, $p: String!) {
  register(input: {email: $e, password: $p, fullName: "Ada Admin"}) { accessToken } }"""


def start_with_admin(server: StoaServer) -> None:
    """Start the demonstration with an account that was made an administrator's in between."""
    server.start("--demo")
    graphql(server, REGISTER, e=ADMIN, p=PASSWORD)
    token = link_of(server, "Confirm your e-mail address", ADMIN).rpartition("=")[2]
    graphql(server, "mutation ($t: String!) { verifyEmail(token: $t) }", t=token)
    server.stop()
    command = [sys.executable, "-m", "supervisors.cli", "admin", "--yes", ADMIN]
    environ = os.environ | {"STOA_DATA_DIR": str(server.data_dir)}
    subprocess.run(command, env=environ, check=True, timeout=60)
    server.start("--demo")

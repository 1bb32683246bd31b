"""Why an installation failed, in one line that says what to do."""

from __future__ import annotations

import errno
import re

NO_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeoutError|ReadTimeoutError|NameResolutionError|ProxyError"
    r"|Name or service not known|Temporary failure in name resolution|Network is unreachable"
    r"|Connection (?:refused|reset|aborted)|Connection broken|No route to host|Read timed out"
)
"""How pip and urllib3 say that the package index does not answer."""
NO_SPACE = re.compile(r"No space left on device|Disk quota exceeded")
WRONG_HASH = re.compile(r"DO NOT MATCH THE HASHES")
NO_VENV = re.compile(r"ensurepip|No module named venv")
ERROR = re.compile(r"^(?:ERROR|error): *(.+)$", re.M)
FULL = (errno.ENOSPC, errno.EDQUOT)


class InstallError(Exception):
    """The environment cannot be made. `str()` is one line: what is wrong, and what to do."""


def pip_problem(output: str, log: str) -> str:
    """One line for a failed pip from its output, all of which is in the file `log`."""
    if NO_SPACE.search(output):
        return "the disk is full; make room and run make again"
    if WRONG_HASH.search(output):
        return f"a package is not the one that the lock names; see {log}"
    if NO_NETWORK.search(output):
        return (
            "no network: the package index does not answer; connect this machine and run make"
            f" again, which goes on ({log} has what pip said)"
        )
    said = ERROR.findall(output)
    return f"pip failed ({said[-1] if said else 'without a word'}); see {log}"


def venv_problem(output: str, version: str) -> str:
    """One line for a failed `python -m venv`."""
    if NO_SPACE.search(output):
        return "the disk is full; make room and run make again"
    if NO_VENV.search(output):
        return (
            "this Python cannot make environments; install its venv module"
            f" (Debian and Ubuntu: apt-get install python{version}-venv) and run make again"
        )
    lines = output.strip().splitlines()
    return f"python -m venv failed ({lines[-1] if lines else 'without a word'})"


def system_problem(error: OSError) -> str:
    """One line for a file that cannot be written or a program that cannot be run."""
    if error.errno in FULL:
        return "the disk is full; make room and run make again"
    return f"{error.filename or 'a file'}: {error.strerror or error}"

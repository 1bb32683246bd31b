"""`stoa verify-receipt`: whether a receipt or a result sheet of an attempt is genuine, in words.

By default it is checked against the keys of this installation, in its database; with `--keys`
against those that any other one publishes, and then nothing of this one is needed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import trio

from gateway.assessments.receipt_check import (
    MAX_BYTES,
    AnswerStatement,
    NotValid,
    PublicKey,
    Unreadable,
    Verified,
    own_keys,
    published_keys,
    verify,
)
from protocol.errors import StartupError
from protocol.signing import SigningKey
from protocol.times import iso
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from storage.signing_keys import PostgresSigningKeys
from supervisors.backup import migrated
from supervisors.cli.engines import shared_database_url
from supervisors.cli.faults import guarded
from supervisors.settings import Settings, load_settings

VALID, NOT_VALID, NOT_CHECKED = 0, 1, 2
MAX_SHOWN = 60
"""Characters of an answer in a line."""
FETCH_SECONDS = 10.0


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "verify-receipt", help="check a receipt of an answer, or a result sheet"
    )
    parser.add_argument("file", type=Path, help="the receipt or the sheet; - reads standard input")
    parser.add_argument(
        "--keys",
        metavar="FILE|URL",
        help="the keys of its issuer, as /.well-known/jwks.json has them; without, our own",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command.

    Returns 0 for what is valid, 1 for what is not, 2 where the file or the keys cannot be read.
    """
    found: list[Verified] = []

    def check() -> int:
        data = _read(options.file)
        keys = _given(options.keys) if options.keys else _own(load_settings(os.environ))
        found.extend(verify(data, keys))
        return VALID

    try:
        status = guarded("verify-receipt", check)
    except NotValid as problem:
        print(f"Not valid: {problem}", file=sys.stderr)
        return NOT_VALID
    except Unreadable as problem:
        print(f"stoa verify-receipt: {options.file}: {problem}", file=sys.stderr)
        return NOT_CHECKED
    if status != VALID:
        return NOT_CHECKED
    print("\n".join(described(found)))
    return VALID


def described(found: Sequence[Verified]) -> list[str]:
    """What is proved, a line for each receipt. Texts of clients cannot steer the terminal."""
    first, *others = map(_described, found)
    return [f"Valid: {first}", *(f"  {other}" for other in others)]


def _described(found: Verified) -> str:
    said = found.statement
    if isinstance(said, AnswerStatement):
        answer = "" if found.answer is None else f" as {ascii(found.answer)[:MAX_SHOWN]}"
        return (
            f"question {said.question!a} of submission {said.submission!a}: answer"
            f" {said.answer_id!a} was saved{answer} at {iso(said.saved_at)}, revision"
            f" {said.revision}; signed by {found.kid!a}"
        )
    return (
        f"submission {said.submission!a} ended ({said.ending!a}) at {iso(said.submitted_at)};"
        f" questions answered: {said.answers}, revision {said.revision}, root {said.root!a};"
        f" signed by {found.kid!a}"
    )


# --- files and keys -------------------------------------------------------------------------------


def _read(file: Path) -> bytes:
    """At most a byte more than is taken. Raises `StartupError`."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise StartupError(f"{file} cannot be read: {error.strerror}", "name a file") from None


def _given(keys: str) -> PublicKey:
    """The keys in that file or at that address. Raises `StartupError`, `Unreadable`."""
    if not keys.startswith(("https://", "http://")):
        return published_keys(_read(Path(keys)))
    try:
        return published_keys(_fetched(keys))
    except httpx.HTTPStatusError as error:
        problem = f"the status is {error.response.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        problem = str(error) or type(error).__name__
    said = f"no keys come from {keys}: {problem}"
    raise StartupError(said, "fetch them yourself, and name the file")


def _fetched(url: str) -> bytes:
    with httpx.stream("GET", url, timeout=FETCH_SECONDS, follow_redirects=True) as response:
        response.raise_for_status()
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_BYTES:
                raise Unreadable(f"the keys are longer than {MAX_BYTES} bytes")
    return bytes(body)


def _own(settings: Settings) -> PublicKey:
    return own_keys(trio.run(_stored, settings))


async def _stored(settings: Settings) -> Sequence[SigningKey]:
    """Those of the database, which is only read. Raises `StartupError`, `StoaError`."""
    async with shared_database_url(settings) as url, open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, url, max_size=1)
        try:
            # No secret is needed: public halves are all that is read.
            keys = PostgresSigningKeys(database, [b""])
            found = await keys.all() if await migrated(database) else ()
        finally:
            await database.close()
    if not found:
        raise StartupError(
            "this database has no keys, or is of another version", "name the issuer's with --keys"
        )
    return found

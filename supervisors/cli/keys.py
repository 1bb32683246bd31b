"""`stoa keys`: the keys that sign badges and receipts, and a new secret for what else is signed.

Keys are rotated in the database, and a running server uses them within seconds. A secret in the
data folder is used from the server's next start (SIGHUP); a configured one is the operator's to
change.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Awaitable, Callable, Sequence

import trio

from protocol.errors import NotFoundError, StartupError
from protocol.signing import SigningKey
from protocol.times import iso_seconds
from storage.asyncio_thread import open_asyncio_thread
from storage.journal.heartbeats import PostgresHeartbeats
from storage.migrate import migrate
from storage.postgres import Database
from storage.signing_keys import PostgresSigningKeys
from supervisors.cli.engines import database_url
from supervisors.cli.faults import guarded
from supervisors.clock import TrioClock
from supervisors.installation_secret import forget_former, known_secrets, renew
from supervisors.settings import Settings, load_settings
from supervisors.stalls import Stalls
from supervisors.wall_time import WallTime

Action = Callable[[PostgresSigningKeys, int], Awaitable[str]]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("keys", help="list and rotate signing keys, renew the secret")
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    actions.add_parser("list", help="the keys that verify badges, the newest first")
    actions.add_parser("rotate", help="sign with a new key; what was signed until now stays valid")
    withdraw = actions.add_parser("withdraw", help="make what a key has signed invalid")
    withdraw.add_argument("key", help="its id, as `list` prints it")
    secret = actions.add_parser("secret", help="renew the secret that is kept in the data folder")
    secret.add_argument(
        "--forget-former",
        action="store_true",
        help="accept nothing any more that a former secret signed; everybody signs in again",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command.

    Returns 0, 1 if the database is away, 2 if there is no such key or the secret is configured.
    """
    settings = load_settings(os.environ)
    if options.action == "secret":
        return guarded("keys", lambda: _renew(settings, forget=options.forget_former))
    actions: dict[str, Action] = {
        "list": _list,
        "rotate": _rotate,
        "withdraw": lambda keys, now: _withdraw(keys, options.key, now),
    }
    return guarded("keys", lambda: _run(settings, actions[options.action]))


def _renew(settings: Settings, *, forget: bool) -> int:
    if settings.secret is not None:
        raise StartupError(
            "the secret is configured",
            "set STOA_SECRET to a new one (openssl rand -base64 48) and put the present one first "
            "in STOA_SECRET_PREVIOUS, or leave that out if the present one has leaked",
        )
    known_secrets(settings)
    renew(settings.data_dir)
    if forget:
        forget_former(settings.data_dir)
    print("There is a new secret; the server uses it from its next start (SIGHUP)")
    if not forget:
        print("What the former ones signed is accepted until it ends, after 90 days at most")
    return 0


def _run(settings: Settings, action: Action) -> int:
    print(trio.run(_acted, settings, action))
    return 0


async def _acted(settings: Settings, action: Action) -> str:
    async with database_url(settings) as url, open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, url)
        try:
            await migrate(database)
            clock = TrioClock()
            WallTime(clock, Stalls(clock)).resume(await PostgresHeartbeats(database).last_beat())
            keys = PostgresSigningKeys(database, known_secrets(settings))
            return await action(keys, clock.now())
        finally:
            await database.close()


async def _list(keys: PostgresSigningKeys, _now: int) -> str:
    return _shown(await keys.all())


async def _require_the_servers_secret(keys: PostgresSigningKeys) -> None:
    """A key that is sealed under another secret than the server's would sign nothing."""
    for key in await keys.all():
        if key.retired_at is None and key.private is None:
            raise StartupError(
                "the present key is sealed under another secret than the one given here",
                "run the command with STOA_SECRET or STOA_DATA_DIR as the server has it",
            )


async def _rotate(keys: PostgresSigningKeys, now: int) -> str:
    await _require_the_servers_secret(keys)
    made = await keys.rotate(now)
    return f"{made.id} signs badges and receipts from now on; those of former keys stay valid"


async def _withdraw(keys: PostgresSigningKeys, key_id: str, now: int) -> str:
    await _require_the_servers_secret(keys)
    try:
        await keys.withdraw(key_id, now)
    except NotFoundError:
        raise StartupError(f"there is no key {key_id}", "`stoa keys list` names them") from None
    return f"{key_id} is withdrawn; badges and receipts that it signed are not valid any more"


def _shown(keys: Sequence[SigningKey]) -> str:
    lines = []
    for key in keys:
        until = "signs" if key.retired_at is None else f"retired {iso_seconds(key.retired_at)}"
        lines.append(f"{key.id:<16}  made {iso_seconds(key.created_at)}  {until}")
    return "\n".join(lines)

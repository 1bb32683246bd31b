"""`stoa admin`: make a registered account an administrator.

A school's first administrator is made this way.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

import trio

from actors.addresses import normal_email
from protocol.errors import StartupError
from protocol.records.users import Account
from protocol.users.values import Role
from storage.asyncio_thread import open_asyncio_thread
from storage.journal.heartbeats import PostgresHeartbeats
from storage.migrate import migrate
from storage.postgres import Database
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from supervisors.cli.engines import database_url
from supervisors.cli.faults import guarded
from supervisors.clock import TrioClock
from supervisors.settings import Settings, load_settings
from supervisors.stalls import Stalls
from supervisors.wall_time import WallTime

COMMAND_LINE = "command_line"
"""In the audit trail: who did it stands nowhere, as no account did."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("admin", help="make a registered account an administrator")
    parser.add_argument("email", help="the address the account was registered with")
    parser.add_argument("--yes", action="store_true", help="do not ask whether it is the right one")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the command.

    Returns 0 if the account is an administrator's, 1 if the database is away, 2 if there is no such
    active account.
    """
    settings = load_settings(os.environ)
    ask = sys.stdin.isatty() and not options.yes
    return guarded("admin", lambda: _run(settings, normal_email(options.email), ask=ask))


def _run(settings: Settings, email: str, *, ask: bool) -> int:
    print(trio.run(_promote, settings, email, _agreed if ask else _shown))
    return 0


def _agreed(account: Account) -> bool:
    """Whether somebody at the terminal says that this is the one who is meant."""
    question = f"Make {account.full_name} <{account.email}> an administrator? [y/N] "
    return input(question).strip().lower() in ("y", "yes")


def _shown(account: Account) -> bool:
    """Nobody is there to ask, so it is only said who it is."""
    print(f"{account.full_name} <{account.email}>")
    return True


async def _promote(settings: Settings, email: str, meant: Callable[[Account], bool]) -> str:
    """What was done. `meant`: whether this account is the right one.

    The trail says that the account itself did it, which no client can.
    """
    async with database_url(settings) as url, open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, url)
        try:
            await migrate(database)
            records = user_ports(database, PERSONAL)
            account = _promotable(await records.accounts.by_email(email), email)
            if account.role == Role.ADMIN:
                return f"{email} is an administrator already"
            if not meant(account):
                return "Nothing was changed"
            now = await _now(database)
            await records.administration.change_role(
                account.id, account.id, Role.ADMIN, now, lambda _facts: None, through=COMMAND_LINE
            )
            return f"{email} is an administrator now and must sign in again"
        finally:
            await database.close()


async def _now(database: Database) -> int:
    """The time on the server's clock, which decides which of the account's sessions are older."""
    clock = TrioClock()
    WallTime(clock, Stalls(clock)).resume(await PostgresHeartbeats(database).last_beat())
    return clock.now()


def _promotable(account: Account | None, email: str) -> Account:
    if account is None:
        raise StartupError(f"nobody has registered {email}", "register it on the site first")
    if account.disabled:
        raise StartupError(
            f"the account of {email} is disabled or deleted", "have an administrator enable it"
        )
    if not account.email_verified:
        raise StartupError(
            f"{account.full_name} has registered {email} but not confirmed it",
            "its owner opens the link in the e-mail that was sent; the site sends another one",
        )
    return account

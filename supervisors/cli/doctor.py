"""`stoa doctor`: what is configured, what is embedded, and whether each answers."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import trio
from rich.console import Console
from rich.table import Table

from protocol.content.faults import ScannerUnavailable
from protocol.errors import EngineAway, StartupError, StoaError
from protocol.exception_groups import leaves
from protocol.mail import MailTransportError
from protocol.transcoding import NotTranscodable
from storage.asyncio_thread import AsyncioThread, open_asyncio_thread
from storage.embedded.process import InUse
from storage.mail.smtp import SmtpTransport, smtp_server
from storage.migrate import find_migrations
from storage.postgres import Database
from storage.records.files import Kind
from storage.scanning.clamd import Clamd
from storage.transcoding.program import find_programs, usable_program, version_of
from storage.valkey import Valkey
from storage.valkey_memory import SET_NO_EVICTION, Memory, memory_of
from supervisors.backup import migrated, missing_files
from supervisors.cli.doctor_cloudfront import Row, examine_distribution
from supervisors.cli.engines import redis_url, shared_database_url
from supervisors.clock import TrioClock
from supervisors.objects import open_files
from supervisors.redaction import redact
from supervisors.settings import Settings, load_settings

PROBE = "doctor/probe"
"""The key of a file that is written and removed."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser("doctor", help="check the configuration and every engine")
    parser.set_defaults(run=run)


def run(_options: argparse.Namespace) -> int:
    """Run the checks. Returns 0 if everything answers, 1 if something does not."""
    settings = load_settings(os.environ)
    rows = trio.run(_examine, settings)
    table = Table(show_edge=False)
    for heading in ("part", "source", "where", "answer"):
        table.add_column(heading, overflow="fold")
    for part, source, where, answer in rows:
        good = answer.startswith("ok")
        table.add_row(part, source, where, f"[{'green' if good else 'red'}]{answer}")
    Console().print(table)
    return 0 if all(answer.startswith("ok") for *_, answer in rows) else 1


async def _examine(settings: Settings) -> list[Row]:
    postgres = await _engine("PostgreSQL", settings.database_url, _ask_postgres, settings)
    redis = await _engine("Redis", settings.redis_url, _ask_redis, settings)
    files = await _files(settings)
    secret = "configured" if settings.secret else "created at the first start"
    return [
        ("mode", settings.mode, "", "ok"),
        postgres,
        redis,
        files,
        *await examine_distribution(settings),
        await _mail(settings),
        await _scanner(settings),
        await _videos(settings),
        ("registration", *_registration(settings), "ok"),
        ("chat", *_chat(settings), "ok"),
        ("secret", secret, "" if settings.secret else str(settings.data_dir / "secret"), "ok"),
    ]


async def _mail(settings: Settings) -> Row:
    """Whether the mail server lets us in; nothing is sent."""
    if settings.smtp_url is None:
        return "mail", "files", str(settings.data_dir.resolve() / "mail"), "ok"
    server = smtp_server(settings.smtp_url)
    answer = "ok"
    try:
        await SmtpTransport(server, TrioClock(), sender=settings.mail_sender).check()
    except MailTransportError as error:
        answer = f"cannot be used: {error}"
    return "mail", "configured", f"{server.host}:{server.port}", answer


async def _scanner(settings: Settings) -> Row:
    """Whether the virus scanner answers, and with which signatures."""
    if settings.clamav_url is None:
        return "virus scanner", "none", "uploads are not scanned", "ok"
    try:
        answer = f"ok, {await Clamd(settings.clamav_url).version()}"
    except ScannerUnavailable as error:
        answer = f"does not answer: {error.why}"
    return "virus scanner", "configured", settings.clamav_url, answer


async def _videos(settings: Settings) -> Row:
    """Which program makes videos ready, and whether it can."""
    programs, source = find_programs(settings.ffmpeg), "configured"
    if settings.ffmpeg is None:
        source = "found" if programs else "none"
    with tempfile.TemporaryDirectory(prefix="stoa-doctor-") as folder:
        where = ", ".join(str(program) for program in programs) or "no ffmpeg"
        try:
            program = await usable_program(programs, Path(folder))
            where, answer = str(program), f"ok, {await version_of(program, Path(folder))}"
        except (NotTranscodable, StoaError) as error:
            answer = f"videos cannot be made ready: {error}"
    return "videos", source, where, answer


async def _files(settings: Settings) -> Row:
    """Whether every file that a row names is there."""
    bucket = settings.bucket
    where = str(settings.data_dir.resolve() / "objects")
    if bucket is not None:
        where = f"{bucket.endpoint or 'S3'}, bucket {bucket.name}"
    try:
        async with shared_database_url(settings) as url, open_asyncio_thread() as asyncio_thread:
            database = await Database.open(asyncio_thread, url, max_size=1)
            try:
                answer = await _ask_files(settings, database)
            finally:
                await database.close()
    except StoaError as error:
        answer = str(error)
    except (StartupError, ExceptionGroup) as error:
        away = any(isinstance(each, EngineAway) for each in leaves(error))
        answer = "not checked, for want of the database" if away else str(leaves(error)[0])
    return "files", "embedded" if bucket is None else "configured", where, answer


async def _ask_files(settings: Settings, database: Database) -> str:
    async with open_files(settings) as files:
        # A question alone would not tell a bucket that is not there from a file that is not.
        await files.put(PROBE, b"", "text/plain")
        await files.delete(PROBE)
        if not await migrated(database):
            return "ok, none yet"
        missing = await missing_files(database, files)
    lost = [(kind, keys) for kind, keys in missing.items() if keys]
    if not lost:
        return "ok"
    told = [
        f"{len(keys)} {kind.name} are missing ({min(keys)}"
        f"{', …' if len(keys) > 1 else ''}), {remedy(kind)}"
        for kind, keys in lost
    ]
    good = all(kind.made_again for kind, _ in lost)
    return f"{'ok, ' if good else ''}{'; '.join(told)}"


def remedy(kind: Kind) -> str:
    """What becomes of missing ones."""
    if kind.made_again:
        return "and each is made again when somebody asks for it"
    return "restore them from a backup; else their owners must upload them again"


def _registration(settings: Settings) -> tuple[str, str]:
    """Whether it is private, and where the e-mails go that it then depends on."""
    mail = "files in the data folder" if settings.smtp_url is None else "the mail server"
    if settings.private_registration:
        return "private", f"answers by e-mail: {mail}"
    return "open", "tells that an address is taken"


def _chat(settings: Settings) -> tuple[str, str]:
    """What is kept of it."""
    days, megabytes = settings.chat_days, settings.chat_megabytes
    age = f"kept for {days} days" if days else "kept for ever"
    return age, f"at most {megabytes} MB a course" if megabytes else "however much it is"


async def _engine(
    part: str,
    url: str | None,
    ask: Callable[[Settings, AsyncioThread], Awaitable[str]],
    settings: Settings,
) -> Row:
    source = "embedded" if url is None else "configured"
    where = str(settings.data_dir.resolve()) if url is None else str(redact(url))
    try:
        async with open_asyncio_thread() as asyncio_thread:
            answer = await ask(settings, asyncio_thread)
    except (StartupError, StoaError) as error:
        answer = str(error)
    except ExceptionGroup as group:
        startup, other = group.split(StartupError)
        if other is not None:
            raise
        found = leaves(startup)
        answer = "; ".join(str(error) for error in found)
        if all(isinstance(error, InUse) for error in found):
            answer = "ok, in use by a running server"
    return part, source, where, answer


async def _ask_postgres(settings: Settings, asyncio_thread: AsyncioThread) -> str:
    async with shared_database_url(settings) as url:
        database = await Database.open(asyncio_thread, url)
        try:
            version = await database.run(lambda c: c.fetchval("show server_version"))
            table = await database.run(
                lambda c: c.fetchval("select to_regclass('schema_migrations')")
            )
            applied = 0
            if table is not None:
                applied = await database.run(
                    lambda c: c.fetchval("select count(*) from schema_migrations")
                )
        finally:
            await database.close()
    known = len(find_migrations())
    state = "" if applied == known else f", {applied} of {known} migrations: run `stoa migrate`"
    return f"ok, {version.split()[0]}{state}"


async def _ask_redis(settings: Settings, asyncio_thread: AsyncioThread) -> str:
    async with redis_url(settings) as url:
        valkey = await Valkey.open(asyncio_thread, url)
        try:
            await valkey.run(lambda redis: redis.ping())
            memory = await memory_of(valkey)
        finally:
            await valkey.close()
    return of_memory(memory)


def of_memory(memory: Memory | None) -> str:
    """What it says of its memory; whether it is well begins with `ok`."""
    if memory is None:
        return "ok, says nothing about its memory"
    if memory.evicts:
        return f"may forget keys ({memory.policy}, {memory}): {SET_NO_EVICTION}"
    if memory.full:
        return f"takes no writes, its memory is full ({memory}): raise maxmemory"
    return f"ok, {memory}"

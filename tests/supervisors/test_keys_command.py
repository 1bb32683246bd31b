"""`stoa keys`: what it says and does, and that a mistake of the operator's harms nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import trio

from protocol.errors import StartupError
from storage.asyncio_thread import open_asyncio_thread
from storage.migrate import migrate
from storage.postgres import Database
from storage.signing_keys import PostgresSigningKeys
from supervisors.cli.command_line import main
from supervisors.installation_secret import MAX_FORMER, known_secrets, renew
from supervisors.settings import Settings
from tests.storage.records.school import NOW

SECRET, OTHER = "kX9wQ2mVr7Lp4Zt8Hc3Nf6Jb1Gd5Ys0Ua", "Tb4Xn8Rk1Wq6Ze9Mv3Lc7Pj2Hf5Ds0Ga"


def stoa(monkeypatch: pytest.MonkeyPatch, *arguments: str, **settings: str) -> int | str | None:
    """The exit status of a command with these settings."""
    monkeypatch.setattr(sys, "argv", ["stoa", *arguments])
    for name, value in settings.items():
        monkeypatch.setenv(f"STOA_{name.upper()}", value)
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def started(database_url: str) -> None:
    """As if a server had started once."""

    async def start() -> None:
        async with open_asyncio_thread() as thread:
            database = await Database.open(thread, database_url, max_size=1)
            await migrate(database)
            await PostgresSigningKeys(database, [SECRET.encode()]).ensure(NOW)
            await database.close()

    trio.run(start)


def test_keys_are_listed_rotated_and_withdrawn(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started(database_url)
    settings = {"database_url": database_url, "secret": SECRET}
    assert stoa(monkeypatch, "keys", "list", **settings) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.endswith("signs")
    first = line.split()[0]
    assert stoa(monkeypatch, "keys", "rotate") == 0
    second = capsys.readouterr().out.split()[0]
    assert stoa(monkeypatch, "keys", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [each.split()[0] for each in lines] == [second, first]
    assert "retired" in lines[1]
    assert stoa(monkeypatch, "keys", "withdraw", first) == 0
    assert stoa(monkeypatch, "keys", "withdraw", first) == 2
    assert f"there is no key {first}" in capsys.readouterr().err


@pytest.mark.parametrize("action", [["rotate"], ["withdraw", "first"]])
def test_without_the_servers_secret_no_key_is_changed(
    database_url: str,
    action: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    started(database_url)
    settings = {"database_url": database_url, "secret": OTHER}
    assert stoa(monkeypatch, "keys", *action, **settings) == 2
    assert "sealed under another secret" in capsys.readouterr().err
    assert stoa(monkeypatch, "keys", "list", secret=SECRET) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.endswith("signs")


def test_the_secret_of_the_data_folder_is_renewed_and_the_former_ones_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(data_dir=tmp_path)
    first = known_secrets(settings)
    assert stoa(monkeypatch, "keys", "secret", data_dir=str(tmp_path)) == 0
    said = capsys.readouterr().out
    second = known_secrets(settings)
    assert (len(second), second[1:]) == (2, first)
    assert second[0].decode() not in said
    assert (tmp_path / "secret.previous").stat().st_mode & 0o777 == 0o600
    for _ in range(MAX_FORMER + 2):
        renew(tmp_path)
    assert len(known_secrets(settings)) == 1 + MAX_FORMER
    assert stoa(monkeypatch, "keys", "secret", "--forget-former") == 0
    assert len(known_secrets(settings)) == 1


def test_a_configured_secret_is_the_operators_to_change(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stoa(monkeypatch, "keys", "secret", secret=SECRET) == 2
    assert "STOA_SECRET_PREVIOUS" in capsys.readouterr().err


def test_former_secrets_are_configured_beside_the_present_one(tmp_path: Path) -> None:
    both = Settings(data_dir=tmp_path, secret=SECRET, secret_previous=(OTHER,))
    assert known_secrets(both) == (SECRET.encode(), OTHER.encode())
    kept = known_secrets(Settings(data_dir=tmp_path, secret_previous=(OTHER,)))
    assert kept[1:] == (OTHER.encode(),)
    (tmp_path / "file").touch()
    with pytest.raises(StartupError):
        known_secrets(Settings(data_dir=tmp_path / "file"))

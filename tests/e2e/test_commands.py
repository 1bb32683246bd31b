"""The other commands, as a person runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import StoaServer, free_port

pytestmark = pytest.mark.heavy


def stoa(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run `stoa` and return what came of it."""
    clean = {name: v for name, v in os.environ.items() if not name.startswith("STOA_")}
    return subprocess.run(
        [sys.executable, "-m", "supervisors.cli", *arguments],
        env=clean | {"COLUMNS": "200"} | environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_simulate_plays_a_game_and_loses_nothing(server: StoaServer) -> None:
    done = stoa(
        *("simulate", "--url", server.url, "--players", "120", "--questions", "3"),
        *("--think", "0.5", "--json"),
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["players joined"] == "120"
    assert figures["answers acknowledged"] == figures["answers in the results"] == "360"
    assert figures["acknowledged but lost"] == "0"


def test_simulate_prints_a_table_for_people(server: StoaServer) -> None:
    done = stoa("simulate", "--url", server.url, "--players", "3", "--questions", "1")
    assert done.returncode == 0, done.stderr
    assert "acknowledged but lost" in done.stdout


def test_simulate_says_what_is_wrong_in_a_line(server: StoaServer) -> None:
    nobody = stoa("simulate", "--url", f"http://127.0.0.1:{free_port()}", "--players", "1")
    assert (nobody.returncode, nobody.stdout) == (2, "")
    assert "does not answer" in nobody.stderr
    stranger = stoa("simulate", "--url", server.url, "--password", "Wrong-1234", "--players", "1")
    assert stranger.returncode == 2
    assert "Wrong e-mail or password" in stranger.stderr
    assert stoa("simulate", "--players", "0").returncode == 2


def test_doctor_and_migrate_beside_a_running_server_say_so(server: StoaServer) -> None:
    environ = {"STOA_DATA_DIR": str(server.data_dir)}
    doctor = stoa("doctor", **environ)
    assert doctor.returncode == 0, doctor.stdout
    assert doctor.stdout.count("in use by a running server") == 1
    assert "ok, 18" in doctor.stdout  # PostgreSQL is asked beside the server
    migrate = stoa("migrate", **environ)
    assert migrate.returncode == 2
    [line] = migrate.stderr.strip().splitlines()
    assert "another running server" in line


def test_migrate_demo_and_doctor_work_on_a_configured_database(
    tmp_path: Path, empty_database_url: str, valkey_url: str
) -> None:
    environ = {
        "STOA_DATA_DIR": str(tmp_path),
        "STOA_DATABASE_URL": empty_database_url,
        "STOA_REDIS_URL": valkey_url,
    }
    sick = stoa("doctor", **environ)
    assert "0 of" in sick.stdout
    first = stoa("migrate", **environ)
    assert first.returncode == 0, first.stderr
    assert "applied 0001_runtime.sql" in first.stdout
    assert "up to date" in stoa("migrate", **environ).stdout
    demo = stoa("demo", **environ)
    assert demo.returncode == 0, demo.stderr
    assert "PIN" in demo.stdout
    well = stoa("doctor", **environ, STOA_REGISTRATION_PRIVACY="on", STOA_CHAT_MEGABYTES="0")
    assert well.returncode == 0, well.stdout
    shown = " ".join(well.stdout.split())
    assert "answers by e-mail" in shown
    assert "kept for 400 days" in shown
    assert "configured" in well.stdout


def test_admin_makes_a_registered_account_an_administrator(
    tmp_path: Path, empty_database_url: str, valkey_url: str
) -> None:
    environ = {
        "STOA_DATA_DIR": str(tmp_path),
        "STOA_DATABASE_URL": empty_database_url,
        "STOA_REDIS_URL": valkey_url,
    }
    nobody = stoa("admin", "nobody@school.example", **environ)
    assert (nobody.returncode, nobody.stdout) == (2, "")
    assert "register it on the site first" in nobody.stderr
    demo = stoa("demo", **environ)
    email = demo.stdout.split("educator ")[1].split(",")[0]
    unconfirmed = stoa("admin", "student01@demo.stoa", **environ)
    assert (unconfirmed.returncode, unconfirmed.stdout) == (2, "")
    assert "not confirmed" in unconfirmed.stderr
    first = stoa("admin", email.upper(), **environ)
    assert first.stdout.startswith(f"Vera Castellan <{email}>\n"), first.stdout
    assert first.returncode == 0, first.stderr
    assert "is an administrator now" in first.stdout
    assert "already" in stoa("admin", email, **environ).stdout


def test_commands_that_would_publish_known_passwords_refuse_production(tmp_path: Path) -> None:
    environ = {
        "STOA_DATA_DIR": str(tmp_path),
        "STOA_MODE": "production",
        "STOA_SECRET": "kP3vX9-0qLw7tBz2-nR8sYd5-hM1cGf4",
        "STOA_PUBLIC_URL": "https://school.test",
    }
    for arguments in (["demo"], ["serve", "--demo"]):
        done = stoa(*arguments, **environ)
        assert done.returncode == 2
        assert "refused in production" in done.stderr


def test_doctor_and_migrate_name_an_engine_that_does_not_answer(tmp_path: Path) -> None:
    environ = {
        "STOA_DATA_DIR": str(tmp_path),
        "STOA_DATABASE_URL": f"postgresql://stoa@127.0.0.1:{free_port()}/stoa",
        "STOA_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
    }
    doctor = stoa("doctor", **environ)
    assert doctor.returncode == 1
    assert doctor.stdout.count("cannot be reached") == 2
    migrate = stoa("migrate", **environ)
    assert migrate.returncode == 1
    assert len(migrate.stderr.strip().splitlines()) == 1

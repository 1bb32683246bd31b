"""`stoa doctor` names files that rows name and that are gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import pytest

from tests.e2e.test_commands import stoa

pytestmark = pytest.mark.heavy


async def name_a_picture(url: str) -> None:
    """As if a user had one."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "update user_profiles set avatar_url = '/avatars/a/b.png'"
        " where user_id = (select min(user_id::text)::uuid from user_profiles)"
    )
    await connection.close()


def test_doctor_names_a_file_that_is_missing_and_fails(
    tmp_path: Path, empty_database_url: str, valkey_url: str
) -> None:
    environ = {
        "STOA_DATA_DIR": str(tmp_path),
        "STOA_DATABASE_URL": empty_database_url,
        "STOA_REDIS_URL": valkey_url,
    }
    assert stoa("demo", **environ).returncode == 0
    assert stoa("doctor", **environ).returncode == 0
    asyncio.run(name_a_picture(empty_database_url))
    doctor = stoa("doctor", **environ)
    assert doctor.returncode == 1
    told = " ".join(doctor.stdout.split())
    assert "1 pictures of users are missing (avatars/a/b.png)" in told
    (tmp_path / "objects" / "avatars" / "a").mkdir(parents=True)
    (tmp_path / "objects" / "avatars" / "a" / "b.png").write_bytes(b"image/png\n")
    assert stoa("doctor", **environ).returncode == 0

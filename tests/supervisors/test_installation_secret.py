"""The secret in the data folder, and what a disk may have left of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocol.errors import StartupError
from supervisors.installation_secret import known_secrets, renew
from supervisors.settings import Settings


def test_a_secret_is_made_once_and_renewed(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    [first] = known_secrets(settings)
    assert known_secrets(settings) == (first,)
    assert len(first) >= 32
    renew(tmp_path)
    second, former = known_secrets(settings)
    assert second != former == first
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["secret", "secret.previous"])
@pytest.mark.parametrize(
    "left", [b"short", b"\0" * 64, b"\xff" * 64], ids=["a piece", "zeros", "no text"]
)
def test_what_a_disk_left_of_a_secret_signs_nothing(tmp_path: Path, name: str, left: bytes) -> None:
    settings = Settings(data_dir=tmp_path)
    known_secrets(settings)
    (tmp_path / name).write_bytes(left)
    with pytest.raises(StartupError, match=f"{name} holds no secret"):
        known_secrets(settings)


def test_an_empty_secret_is_none(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    with pytest.raises(StartupError, match="holds no secret"):
        known_secrets(Settings(data_dir=tmp_path))

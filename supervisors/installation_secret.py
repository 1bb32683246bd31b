"""The installation's secret and the former ones, which sign nothing but are still accepted.

Configured, or made at the first start and kept in the data folder: `secret`, and one former secret
on each line of `secret.previous`.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from protocol.errors import StartupError
from supervisors.setting_checks import check_secret
from supervisors.settings import Settings

SECRET_BYTES = 48
MAX_FORMER = 5
"""Former secrets kept in the data folder: each is tried for every token that is not signed with the
present one."""


def known_secrets(settings: Settings) -> tuple[bytes, ...]:
    """The present secret first, then the former ones. Raises `StartupError`."""
    former = tuple(secret.encode() for secret in settings.secret_previous)
    if settings.secret is not None:
        return (settings.secret.encode(), *former)
    try:
        return (_kept(settings.data_dir), *_former(settings.data_dir), *former)
    except OSError as error:
        raise StartupError(
            f"cannot keep data in {settings.data_dir.absolute()} ({error.strerror})",
            "make it writable or set STOA_DATA_DIR",
        ) from error


def secrets_there(settings: Settings) -> tuple[bytes, ...]:
    """The same without making any: empty before the first start. Raises `StartupError`."""
    made = settings.secret is not None or (settings.data_dir / "secret").exists()
    return known_secrets(settings) if made else ()


def keep_secrets(data_dir: Path, known: Sequence[bytes]) -> None:
    """Keep the present secret and the former ones, of a backup, say, in the data folder."""
    present, *former = known
    _private_folder(data_dir)
    lines = "".join(f"{each.decode()}\n" for each in former[:MAX_FORMER])
    _write_private(data_dir / "secret.previous", lines)
    _write_private(data_dir / "secret", present.decode())


def renew(data_dir: Path) -> None:
    """Make a new secret in the data folder; the one until now becomes a former one.

    The former ones are written first: whatever happens between the two, nobody is signed out.
    """
    former = [_kept(data_dir), *_former(data_dir)][:MAX_FORMER]
    lines = "\n".join(each.decode() for each in former)
    _write_private(data_dir / "secret.previous", lines + "\n")
    _write_private(data_dir / "secret", secrets.token_urlsafe(SECRET_BYTES))


def forget_former(data_dir: Path) -> None:
    """Accept nothing any more that was signed with a former secret."""
    (data_dir / "secret.previous").unlink(missing_ok=True)


def _kept(data_dir: Path) -> bytes:
    path = data_dir / "secret"
    _private_folder(data_dir)
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(SECRET_BYTES))
    return _checked(path, path.read_bytes().strip())


def _former(data_dir: Path) -> tuple[bytes, ...]:
    path = data_dir / "secret.previous"
    lines = path.read_bytes().split() if path.exists() else ()
    return tuple(_checked(path, line) for line in lines)


def _checked(path: Path, secret: bytes) -> bytes:
    """A secret that was read. Raises `StartupError` for one that anybody could guess: a full disk
    or a power cut may leave a file empty or full of zeros, and who signs with that is let in."""
    try:
        check_secret(secret.decode(errors="replace"))
    except ValueError as error:
        raise StartupError(
            f"{path.absolute()} holds no secret ({error})",
            "restore it from a backup, or remove it: then everybody has to sign in again",
        ) from error
    return secret


def _private_folder(path: Path) -> None:
    """Only we look into it; one of somebody else's is left as it was given to us.

    Where we are root, the engines' unprivileged user may pass through it, or it would not find its
    own folder any more.
    """
    mode = 0o711 if os.geteuid() == 0 else 0o700
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    if path.stat().st_uid == os.geteuid():
        path.chmod(mode)


def _write_private(path: Path, text: str) -> None:
    """Write atomically, readable by nobody else."""
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)

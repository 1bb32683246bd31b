"""Pictures, each cleaned by a process of its own (`process`)."""

from __future__ import annotations

import os
import sys

import msgspec
import structlog
import trio

from gateway.pictures.spoken import Clean, Dirty
from protocol.errors import Overloaded, RetryableError, ValidationError
from protocol.pictures import MAX_CLEANED_BYTES, MAX_PIXELS
from protocol.validation import Rule

AT_ONCE = 2
MAX_WAITING = 50
MAX_SAID = 2000
"""Characters of what a failed process said, of which the last are the error."""
PROGRAM = (sys.executable, "-P", "-m", "gateway.pictures.process")

log = structlog.get_logger()


class CleaningFailed(RetryableError):
    """The process that cleans pictures ended by itself without one."""

    code = "PICTURE_FAILED"


class PictureProcesses:
    """Implements `protocol.pictures.PictureCleaner`."""

    def __init__(self, program: tuple[str, ...] = PROGRAM) -> None:
        self._limiter = trio.CapacityLimiter(AT_ONCE)
        self._program = program

    async def clean(self, image: bytes, *, side: int) -> bytes:
        """Clean a picture. Raises `ValidationError`, `Overloaded`, and `CleaningFailed`.

        The process ends with a cancelled caller.
        """
        if len(image) > MAX_CLEANED_BYTES:
            said = f"must be at most {MAX_CLEANED_BYTES // 1024} KiB"
            raise ValidationError.of("image", Rule.TOO_MANY_BYTES, said, max=MAX_CLEANED_BYTES)
        if self._limiter.statistics().tasks_waiting >= MAX_WAITING:
            raise Overloaded("pictures")
        dirty = Dirty(image=image, side=side, max_pixels=MAX_PIXELS)
        async with self._limiter:
            done = await trio.run_process(
                self._program,
                stdin=msgspec.msgpack.encode(dirty),
                capture_stdout=True,
                capture_stderr=True,
                check=False,
                env={name: each for name, each in os.environ.items() if "STOA_" not in name},
            )
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace")[-MAX_SAID:]
            log.error("picture.cleaning_failed", returncode=done.returncode, said=said)
            if done.returncode > 0:
                raise CleaningFailed("The picture could not be cleaned")
            raise _unreadable()  # it was ended: by its bounds, or by what it did with this picture
        return _checked(msgspec.msgpack.decode(done.stdout, type=Clean))


def _checked(clean: Clean) -> bytes:
    if clean.too_many_pixels:
        said = f"must have at most {MAX_PIXELS} pixels"
        raise ValidationError.of("image", Rule.TOO_MANY_PIXELS, said, max=MAX_PIXELS)
    if clean.unreadable:
        log.info("picture.unreadable", said=clean.unreadable)
        raise _unreadable()
    return clean.image


def _unreadable() -> ValidationError:
    return ValidationError.of("image", Rule.DAMAGED, "cannot be read as a picture")

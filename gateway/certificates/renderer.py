"""The PDFs of certificates, each made by a process of its own (`pdf_process`)."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec
import structlog
import trio

from gateway.certificates.rendered import Made
from protocol.certificates import CertificateView
from protocol.errors import Overloaded, RetryableError

MAX_WAITING = 200
MAX_LOGGED = 20
"""Characters that no font has, named in one line of the log."""
MAX_SAID = 2000
"""Characters of what a failed process said, of which the last are the error."""
PROGRAM = (sys.executable, "-P", "-m", "gateway.certificates.pdf_process")

log = structlog.get_logger()


class RenderingFailed(RetryableError):
    """The process that makes the PDF ended without one."""

    code = "RENDERING_FAILED"


class PdfRenderer:
    """Implements `protocol.certificates.CertificatePdf`, one at a time."""

    def __init__(self, program: tuple[str, ...] = PROGRAM) -> None:
        self._one = trio.CapacityLimiter(1)
        self._program = program

    async def render(self, view: CertificateView) -> bytes:
        """Make the PDF. Raises `Overloaded` while many wait, and `RenderingFailed`.

        The process ends with a cancelled caller.
        """
        if self._one.statistics().tasks_waiting >= MAX_WAITING:
            raise Overloaded("certificates")
        async with self._one:
            done = await trio.run_process(
                self._program,
                stdin=msgspec.json.encode(view),
                capture_stdout=True,
                capture_stderr=True,
                check=False,
                env={name: each for name, each in os.environ.items() if "STOA_" not in name},
            )
        made = _made(done, view)
        if made.unwritten:
            shown = [f"U+{ord(each):04X}" for each in made.unwritten[:MAX_LOGGED]]
            log.warning("certificate.characters_missing", number=view.number, characters=shown)
        return made.pdf


def _made(done: subprocess.CompletedProcess[bytes], view: CertificateView) -> Made:
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace")[-MAX_SAID:]
        log.error(
            "certificate.rendering_failed",
            number=view.number,
            returncode=done.returncode,
            said=said,
        )
        raise RenderingFailed("The PDF could not be made")
    return msgspec.msgpack.decode(done.stdout, type=Made)

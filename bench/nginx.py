"""nginx on a free port, with one worker, as a peer."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.support.server import free_port

START_SECONDS = 10.0


def has_module(program: str, name: str) -> bool:
    """Whether nginx was built with a module, such as `http_dav_module`."""
    said = subprocess.run([program, "-V"], capture_output=True, text=True, check=True)
    return name in said.stderr


class Nginx:
    """One whose server has the directives `server`; `files` is a folder that it can read."""

    def __init__(self, program: str, folder: Path, server: str) -> None:
        self.files = folder / "files"
        self._program = program
        self._folder = folder
        self._server = server
        self._port = free_port()
        self.site = f"http://127.0.0.1:{self._port}"
        self.pid = 0

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """For the context."""
        self.files.mkdir(parents=True)
        self._folder.chmod(0o777)  # a worker of root's nginx is nobody
        self.files.chmod(0o777)
        (self._folder / "nginx.conf").write_text(self._configuration())
        log = str(self._folder / "error.log")
        command = [self._program, "-e", log, "-c", str(self._folder / "nginx.conf")]
        process = subprocess.Popen(command)
        self.pid = process.pid
        try:
            self._wait_listening()
            yield
        finally:
            process.terminate()
            process.wait()

    def _configuration(self) -> str:
        temporary = "".join(
            f"{kind}_temp_path {self._folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return (
            f"daemon off;\npid {self._folder}/pid;\nworker_processes 1;\n"
            f"events {{ worker_connections 4096; }}\n"
            f"http {{ access_log off; sendfile on; tcp_nopush on;\n{temporary}"
            f"server {{ listen 127.0.0.1:{self._port}; {self._server} }} }}\n"
        )

    def _wait_listening(self) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port)).close()
                return
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

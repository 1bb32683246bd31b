"""`stoa verify-receipt`: what it says of good and broken files, against its own and other keys."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import trio

from protocol.assessments.attempts.receipts import answer_receipt, result_sheet
from protocol.assessments.attempts.views import KeptAnswer
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from storage.signer import PresentKeySigner
from storage.signing_keys import PostgresSigningKeys
from tests.protocol.test_receipts import OVER
from tests.storage.records.school import NOW
from tests.supervisors.test_keys_command import SECRET, started, stoa
from tests.support.fakes import SetClock
from tests.support.receipts import HeldKeys, sheet_file, signer_of, signing_key

KEPT = KeptAnswer(question_id="q\x1b[2J", answer_id="a", answer=[1], revision=1, saved_at=NOW)
KEYS = HeldKeys(signing_key("one"))


def made() -> tuple[str, str]:
    """A receipt and a sheet, signed by the key of `KEYS`."""
    signer = signer_of(KEYS)
    trio.run(signer.look)
    receipt, sheet = answer_receipt(signer, "s", KEPT), result_sheet(signer, OVER)
    assert receipt is not None
    assert sheet is not None
    return receipt, json.dumps(sheet_file(sheet))


def own_receipt(database_url: str) -> str:
    """By the key of the installation, at an address of before; then it has another one."""

    async def sign() -> str | None:
        async with open_asyncio_thread() as thread:
            database = await Database.open(thread, database_url, max_size=1)
            keys = PostgresSigningKeys(database, [SECRET.encode()])
            signer = PresentKeySigner(keys, lambda: "http://former.example", SetClock())
            await signer.look()
            await keys.rotate(NOW)
            await database.close()
        return answer_receipt(signer, "s", KEPT)

    receipt = trio.run(sign)
    assert receipt is not None
    return receipt


def test_the_installations_own_receipts_are_valid_until_their_key_is_withdrawn(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    started(database_url)
    file = tmp_path / "receipt"
    file.write_text(own_receipt(database_url) + "\n")
    # Without the secret: nothing private is needed.
    settings = {"database_url": database_url, "data_dir": str(tmp_path / "data")}
    assert stoa(monkeypatch, "verify-receipt", str(file), **settings) == 0
    said = capsys.readouterr().out
    assert said.startswith("Valid: question 'q\\x1b[2J' of submission 's': answer 'a' was saved at")
    assert "signed by 'http://former.example/issuer/keys/" in said
    key = said.rstrip().rstrip("'").rpartition("/")[2]
    assert stoa(monkeypatch, "keys", "withdraw", key, secret=SECRET) == 0
    assert stoa(monkeypatch, "verify-receipt", str(file)) == 1
    assert "does not publish" in capsys.readouterr().err


@contextmanager
def published(body: bytes) -> Iterator[str]:
    """The address at which that is answered."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404 if self.path == "/none" else 200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_anybodys_are_checked_with_the_keys_that_are_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt, sheet = made()
    keys, file = tmp_path / "keys", tmp_path / "sheet.json"
    keys.write_bytes(KEYS.jwks())
    file.write_text(sheet)
    assert stoa(monkeypatch, "verify-receipt", str(file), "--keys", str(keys)) == 0
    whole, line = capsys.readouterr().out.splitlines()
    assert whole.startswith("Valid: submission 's' ended ('teacher') at 1970-01-01T00:00:00.009Z")
    assert "questions answered: 1, revision 4" in whole
    assert "answer 'a' was saved as [2, -1] at" in line
    file.write_text(sheet.replace("[2, -1]", "[1, -1]"))
    assert stoa(monkeypatch, "verify-receipt", str(file), "--keys", str(keys)) == 1
    assert capsys.readouterr().err == "Not valid: it has another answer to q than was saved\n"
    file.write_text(receipt)
    with published(KEYS.jwks()) as url:
        assert stoa(monkeypatch, "verify-receipt", str(file), "--keys", url) == 0
        assert stoa(monkeypatch, "verify-receipt", str(file), "--keys", f"{url}/none") == 2
    assert stoa(monkeypatch, "verify-receipt", str(file), "--keys", url) == 2
    told = capsys.readouterr().err.splitlines()
    assert ["404" in line for line in told] == [True, False]
    assert all(line.startswith(f"stoa verify-receipt: no keys come from {url}") for line in told)


@pytest.mark.parametrize(
    ("content", "jwks", "said"),
    [
        (None, KEYS.jwks(), "cannot be read: No such file"),
        (b"hello", KEYS.jwks(), "it is neither a receipt nor a result sheet"),
        (b"\xff", KEYS.jwks(), "it is no text"),
        (b" " * (8 * 2**20 + 1), KEYS.jwks(), "it is longer than"),
        (b"{}", KEYS.jwks(), "its format is not"),
        (b"a.b.c", b"{}", "the keys are no JWK set"),
        (b"a.b.c", None, "cannot be read: No such file"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(
    content: bytes | None,
    jwks: bytes | None,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file, keys = tmp_path / "file", tmp_path / "keys"
    for path, data in ((file, content), (keys, jwks)):
        if data is not None:
            path.write_bytes(data)
    assert stoa(monkeypatch, "verify-receipt", str(file), "--keys", str(keys)) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("stoa verify-receipt: ")
    assert said in line


def test_without_a_database_that_has_keys_they_are_to_be_named(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "receipt").write_text(made()[0])
    arguments = ("verify-receipt", str(tmp_path / "receipt"))
    assert stoa(monkeypatch, *arguments, database_url=database_url) == 2
    assert "--keys" in capsys.readouterr().err
    away = "postgresql://nobody@127.0.0.1:1/none"
    assert stoa(monkeypatch, *arguments, database_url=away) == 2

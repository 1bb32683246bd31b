"""The mailer carries what waits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import trio
import trio.testing

from protocol.errors import StorageUnavailable
from protocol.mail import ConfirmAddress, MailTransportError, QueuedEmail, WrittenEmail
from storage.mail.folder import FolderTransport
from storage.mail.smtp import SmtpTransport
from supervisors.mailer import FAULT_SECONDS, IDLE_SECONDS, PAUSES_MS, Mailer, make_transport
from supervisors.settings import Settings, SettingsError, load_settings
from tests.storage.records.school import NOW, SetClock


class Queue:
    """EmailQueue in memory; `broken` makes the next claim fail."""

    def __init__(self, *attempts: int) -> None:
        self.due = [
            QueuedEmail(
                id=number,
                recipient="v@school.example",
                full_name="Vera",
                content=ConfirmAddress(token="t"),
                attempts=made,
            )
            for number, made in enumerate(attempts)
        ]
        self.gone: list[int] = []
        self.kept: dict[int, int | None] = {}
        self.broken = False
        self.claims = 0

    async def claim(self, *, limit: int, lease_ms: int, now: int) -> Sequence[QueuedEmail]:
        self.claims += 1
        if self.broken:
            self.broken = False
            raise StorageUnavailable
        due, self.due = self.due[:limit], self.due[limit:]
        return due

    async def sent(self, letter_id: int) -> None:
        self.gone.append(letter_id)

    async def failed(self, letter_id: int, error: str, *, now: int, retry_at: int | None) -> None:
        self.kept[letter_id] = retry_at


class MailTransport:
    def __init__(self, error: MailTransportError | None = None) -> None:
        self.error = error
        self.carried: list[WrittenEmail] = []

    async def send(self, letter: WrittenEmail) -> None:
        if self.error is not None:
            raise self.error
        self.carried.append(letter)


def mailer(queue: Queue, transport: MailTransport) -> Mailer:
    return Mailer(queue, transport, SetClock(), base_url="https://school.example")


async def test_what_is_due_is_carried_and_forgotten() -> None:
    queue, transport = Queue(0, 1), MailTransport()
    worker = mailer(queue, transport)
    assert await worker.send_once() == 2
    assert queue.gone == [0, 1]
    assert "https://school.example/account#verify=t" in transport.carried[0].text
    assert worker.statistics() == {"sent": 2, "failed": 0, "given_up": 0}


async def test_pauses_grow_until_a_letter_is_given_up() -> None:
    queue = Queue(*range(len(PAUSES_MS) + 1))
    worker = mailer(queue, MailTransport(MailTransportError("busy")))
    await worker.send_once()
    expected: list[int | None] = [NOW + pause for pause in PAUSES_MS]
    assert list(queue.kept.values()) == [*expected, None]
    assert worker.statistics() == {"sent": 0, "failed": len(PAUSES_MS) + 1, "given_up": 1}


async def test_a_permanent_refusal_is_not_tried_again() -> None:
    queue = Queue(0)
    await mailer(
        queue, MailTransport(MailTransportError("no such user", permanent=True))
    ).send_once()
    assert queue.kept == {0: None}


async def test_a_letter_that_cannot_be_written_keeps_no_other() -> None:
    class Strange(MailTransport):
        async def send(self, letter: WrittenEmail) -> None:
            if not self.carried:
                self.carried.append(letter)
                raise ValueError("what no header can hold")
            await super().send(letter)

    queue, transport = Queue(0, 0), Strange()
    worker = mailer(queue, transport)
    assert await worker.send_once() == 2
    assert queue.kept == {0: None}
    assert queue.gone == [1]
    assert worker.statistics() == {"sent": 1, "failed": 1, "given_up": 1}


async def test_it_waits_when_nothing_is_due_and_when_storage_is_away(
    autojump_clock: trio.testing.MockClock,
) -> None:
    queue = Queue()
    queue.broken = True
    worker = mailer(queue, MailTransport())
    async with trio.open_nursery() as nursery:
        await nursery.start(worker.run)
        await trio.sleep(FAULT_SECONDS + 2.5 * IDLE_SECONDS)
        assert queue.claims == 4
        nursery.cancel_scope.cancel()


# --- settings -------------------------------------------------------------------------------------


def test_without_a_server_letters_go_to_a_folder(tmp_path: Path) -> None:
    assert isinstance(make_transport(Settings(data_dir=tmp_path), SetClock()), FolderTransport)
    settings = load_settings(
        {"STOA_SMTP_URL": "smtps://mail.example", "STOA_MAIL_FROM": "school@mail.example"}
    )
    assert isinstance(make_transport(settings, SetClock()), SmtpTransport)
    assert settings.mail_sender == "school@mail.example"
    assert load_settings({}).mail_sender == "stoa@localhost"
    public = load_settings({"STOA_PUBLIC_URL": "https://school.example:8443"})
    assert public.mail_sender == "stoa@school.example"


@pytest.mark.parametrize(
    ("name", "value"), [("STOA_SMTP_URL", "mail.example"), ("STOA_MAIL_FROM", "nobody")]
)
def test_wrong_settings_are_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings({name: value})
    assert error.value.problems[0].startswith(f"{name}: expected")

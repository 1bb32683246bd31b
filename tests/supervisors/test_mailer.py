"""The mailer sends what waits."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import trio
import trio.testing

from protocol.envelope import Message
from protocol.jobs import JobState
from protocol.mail import (
    SEND_EMAIL,
    MailTransportError,
    SendEmail,
    WrittenEmail,
    email_to,
)
from protocol.users.emails import ConfirmAddress
from storage.mail.folder import FolderTransport
from storage.mail.smtp import SmtpTransport
from supervisors.job_handlers import WORDING
from supervisors.mailer import Mailer, make_transport
from supervisors.settings import Settings, SettingsError, load_settings
from tests.storage.records.school import SetClock
from tests.support.jobs import JobRig

PAUSES_MS = (60_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000, 8 * 3_600_000)
EMAIL = email_to("v@school.example", ConfirmAddress(token="t"))


class Recipients:
    """Everybody but those who are gone is called Vera."""

    def __init__(self) -> None:
        self.gone: set[str] = set()

    async def full_name(self, user_id: str) -> str | None:
        await trio.lowlevel.checkpoint()
        return None if user_id in self.gone else "Vera"


class Transport:
    """Keeps what it is given, or refuses it."""

    def __init__(self, error: MailTransportError | None = None) -> None:
        self.error = error
        self.sent: list[WrittenEmail] = []

    async def send(self, email: WrittenEmail) -> None:
        await trio.lowlevel.checkpoint()
        if self.error is not None:
            raise self.error
        self.sent.append(email)


class Desk:
    """A mailer with its queue."""

    def __init__(self, transport: Transport, emails: int = 1) -> None:
        self.clock = SetClock()
        self.recipients = Recipients()
        mailer = Mailer(
            self.recipients, transport, WORDING, base_url=lambda: "https://school.example"
        )
        self.rig = JobRig(self.clock, {SEND_EMAIL: mailer.send})
        for number in range(emails):
            self.rig.enqueue(SEND_EMAIL, EMAIL, user_id=f"user {number}")

    def outcomes(self) -> tuple[float, float, float]:
        """Sent, failed attempts after which there is another, given up."""
        count = self.rig.count
        return (
            count("completed", SEND_EMAIL),
            count("failed", SEND_EMAIL),
            count("died", SEND_EMAIL),
        )


async def test_what_is_due_is_sent_and_forgotten() -> None:
    transport = Transport()
    desk = Desk(transport, emails=2)
    assert await desk.rig.worker.work_once() == 2
    assert desk.rig.store.jobs == {}
    assert "https://school.example/account#verify=t" in transport.sent[0].text
    assert transport.sent[0].text.startswith("Hello Vera,")
    assert desk.outcomes() == (2, 0, 0)


async def test_who_has_no_account_gets_an_email_without_a_name() -> None:
    transport = Transport()
    desk = Desk(transport, emails=0)
    desk.rig.enqueue(SEND_EMAIL, EMAIL)
    await desk.rig.worker.work_once()
    [email] = transport.sent
    assert email.text.startswith("Hello,\n")


async def test_pauses_grow_until_an_email_is_given_up_and_its_text_forgotten() -> None:
    desk = Desk(Transport(MailTransportError("busy")))
    [row] = desk.rig.rows(SEND_EMAIL)
    found = []
    for _ in PAUSES_MS:
        assert await desk.rig.worker.work_once() == 1
        found.append(row.ready_at - desk.clock.at)
        assert (row.last_error, row.payload is None) == ("busy", False)
        desk.clock.at = row.ready_at
    assert found == list(PAUSES_MS)
    assert await desk.rig.worker.work_once() == 1
    assert (row.state, row.payload, row.last_error) == (JobState.DEAD, None, "busy")
    assert desk.outcomes() == (0, len(PAUSES_MS), 1)


async def test_a_permanent_refusal_is_not_tried_again() -> None:
    desk = Desk(Transport(MailTransportError("no such user", permanent=True)))
    await desk.rig.worker.work_once()
    [row] = desk.rig.rows(SEND_EMAIL)
    assert (row.state, row.payload, row.last_error) == (JobState.DEAD, None, "no such user")


async def test_an_email_that_cannot_be_written_keeps_no_other() -> None:
    class Strange(Transport):
        async def send(self, email: WrittenEmail) -> None:
            if not self.sent:
                self.sent.append(email)
                raise ValueError("what no header can hold")
            await super().send(email)

    transport = Strange()
    desk = Desk(transport, emails=2)
    assert await desk.rig.worker.work_once() == 2
    [row] = desk.rig.rows(SEND_EMAIL)
    assert (row.state, row.payload) == (JobState.DEAD, None)
    assert desk.outcomes() == (1, 0, 1)


class Unknown(Message, frozen=True, kw_only=True, tag="stranger"):
    """No domain of this node brings it."""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (Unknown(), "no domain has the wording of 'stranger'"),
        ({"type": "confirm_address"}, "its content cannot be read"),
        ({"token": "t"}, "its content cannot be read"),
    ],
)
async def test_a_content_that_nobody_can_put_into_words_dies_with_the_reason(
    content: object, reason: str
) -> None:
    transport = Transport()
    desk = Desk(transport, emails=0)
    raw = msgspec.Raw(msgspec.json.encode(content))
    desk.rig.enqueue(SEND_EMAIL, SendEmail(recipient="v@school.example", content=raw), user_id="u")
    await desk.rig.worker.work_once()
    [row] = desk.rig.rows(SEND_EMAIL)
    assert (row.state, row.payload) == (JobState.DEAD, None)
    assert reason in (row.last_error or "")
    assert transport.sent == []


async def test_what_is_stored_is_the_content_with_the_tag_of_its_kind() -> None:
    desk = Desk(Transport())
    [row] = desk.rig.rows(SEND_EMAIL)
    assert msgspec.json.decode(row.payload or b"") == {
        "type": "notifications.send_email",
        "recipient": "v@school.example",
        "content": {"type": "confirm_address", "token": "t"},
    }


async def test_who_is_gone_gets_nothing() -> None:
    transport = Transport()
    desk = Desk(transport)
    desk.recipients.gone.add("user 0")
    await desk.rig.worker.work_once()
    assert (transport.sent, desk.rig.store.jobs) == ([], {})


# --- settings -------------------------------------------------------------------------------------


def test_without_a_server_emails_go_to_a_folder(tmp_path: Path) -> None:
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

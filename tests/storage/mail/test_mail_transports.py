"""E-mails reach a folder, and a real SMTP server."""

from __future__ import annotations

import email
import email.policy
import stat
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from protocol.mail import MailTransportError, WrittenEmail
from storage.mail.folder import FolderTransport
from storage.mail.smtp import SmtpServer, SmtpTransport, smtp_server
from tests.storage.records.school import SetClock
from tests.support.server import free_port

EMAIL = WrittenEmail(
    recipient="vera@school.example",
    subject="Grüße, 世界",
    text="Hello Véra,\n\nlook: https://school.example/account#verify=t\n",
    html="<p>Hello Véra</p>",
)
SENDER = "stoa@school.example"


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def check(message: EmailMessage) -> None:
    assert message["To"] == "vera@school.example"
    assert message["From"] == "Stoa <stoa@school.example>"
    assert message["Subject"] == "Grüße, 世界"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == EMAIL.text
    assert "Hello Véra" in html.get_content()


# --- folder ---------------------------------------------------------------------------------------


async def test_an_email_becomes_a_file_for_nobody_else_to_read(tmp_path: Path) -> None:
    transport = FolderTransport(tmp_path / "mail", SetClock(), sender=SENDER)
    await transport.send(EMAIL)
    await transport.send(EMAIL)
    files = list((tmp_path / "mail").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    check(parsed(files[0].read_bytes()))


async def test_a_folder_that_cannot_be_is_an_error_and_may_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")
    with pytest.raises(MailTransportError) as failure:
        await FolderTransport(tmp_path / "mail", SetClock(), sender=SENDER).send(EMAIL)
    assert not failure.value.permanent


# --- SMTP -----------------------------------------------------------------------------------------


class Postman:
    """Takes e-mails; says `refusal` to a recipient, or `spoiled` to an e-mail, where it is set."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refusal = ""
        self.spoiled = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, _: Any) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.spoiled:
            return self.spoiled
        self.taken.append(parsed(envelope.content))
        return "250 OK"


@pytest.fixture
def postman() -> Postman:
    return Postman()


def known(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and data == LoginPassword(b"stoa", b"p@ss:word")
    return AuthResult(success=good, handled=False)


@pytest.fixture
def server(postman: Postman) -> Iterator[Controller]:
    """A real server on a port of its own, that knows one user."""
    controller = Controller(
        postman,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=known,
        auth_require_tls=False,
    )
    controller.start()
    yield controller
    controller.stop()


def transport(server: Controller, user: str = "") -> SmtpTransport:
    url = f"smtp://{user}127.0.0.1:{server.port}?tls=off"
    return SmtpTransport(smtp_server(url), SetClock(), sender=SENDER)


async def test_an_email_reaches_a_mail_server(server: Controller, postman: Postman) -> None:
    await transport(server).send(EMAIL)
    [message] = postman.taken
    check(message)


BEYOND = msgspec.structs.replace(EMAIL, recipient="jürgen@xn--bcher-kva.example")


@pytest.fixture
def old_server(postman: Postman) -> Iterator[Controller]:
    """A server that does not offer SMTPUTF8."""
    controller = Controller(postman, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=False)
    controller.start()
    yield controller
    controller.stop()


async def test_an_address_beyond_ascii_is_written_in_utf8_where_the_server_takes_it(
    server: Controller, postman: Postman, tmp_path: Path
) -> None:
    await transport(server).send(BEYOND)
    await transport(server).send(EMAIL)
    beyond, plain = postman.taken
    assert beyond["To"] == "jürgen@xn--bcher-kva.example"
    assert beyond["Subject"] == "Grüße, 世界"
    check(plain)
    await FolderTransport(tmp_path / "mail", SetClock(), sender=SENDER).send(BEYOND)
    [file] = (tmp_path / "mail").iterdir()
    assert "To: jürgen@xn--bcher-kva.example" in file.read_text(encoding="utf-8")


async def test_where_the_server_does_not_take_it_that_is_said_and_not_tried_again(
    old_server: Controller, postman: Postman
) -> None:
    with pytest.raises(MailTransportError, match="SMTPUTF8") as failure:
        await transport(old_server).send(BEYOND)
    assert failure.value.permanent
    assert "jürgen" not in str(failure.value)
    assert postman.taken == []
    await transport(old_server).send(EMAIL)
    assert len(postman.taken) == 1


async def test_user_and_password_are_those_of_the_url(server: Controller, postman: Postman) -> None:
    await transport(server, "stoa:p%40ss%3Aword@").send(EMAIL)
    assert len(postman.taken) == 1
    with pytest.raises(MailTransportError):
        await transport(server, "stoa:wrong@").send(EMAIL)


@pytest.mark.parametrize(
    ("answer", "permanent"), [("550 No such user", True), ("450 Try later", False)]
)
@pytest.mark.parametrize("what", ["refusal", "spoiled"])
async def test_a_refusal_says_whether_it_is_for_good(
    server: Controller, postman: Postman, answer: str, permanent: bool, what: str
) -> None:
    setattr(postman, what, answer)
    with pytest.raises(MailTransportError) as failure:
        await transport(server).send(EMAIL)
    assert failure.value.permanent is permanent
    assert "vera" not in str(failure.value)


async def test_no_email_leaves_unencrypted_unless_that_is_asked_for(
    server: Controller, postman: Postman
) -> None:
    plain = smtp_server(f"smtp://127.0.0.1:{server.port}")
    secure = smtp_server(f"smtps://127.0.0.1:{server.port}")
    for url in (plain, secure):
        with pytest.raises(MailTransportError):
            await SmtpTransport(url, SetClock(), sender=SENDER).send(EMAIL)
    assert postman.taken == []


async def test_a_server_that_is_away_may_come_back() -> None:
    nobody = SmtpServer(host="127.0.0.1", port=9, plain=True)
    with pytest.raises(MailTransportError) as failure:
        await SmtpTransport(nobody, SetClock(), sender=SENDER).send(EMAIL)
    assert not failure.value.permanent


@pytest.mark.parametrize(
    ("url", "host", "port", "secure"),
    [
        ("smtp://mail.example", "mail.example", 587, False),
        ("smtps://mail.example", "mail.example", 465, True),
        ("smtp://mail.example:25", "mail.example", 25, False),
    ],
)
def test_a_url_says_where_and_how(url: str, host: str, port: int, secure: bool) -> None:
    server = smtp_server(url)
    assert (server.host, server.port, server.secure, server.plain) == (host, port, secure, False)


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://mail?tls=maybe"])
def test_a_url_that_is_wrong_says_so(url: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        smtp_server(url)


async def test_a_server_is_tried_without_sending_anything(
    server: Controller, postman: Postman
) -> None:
    await transport(server, "stoa:p%40ss:word@").check()
    with pytest.raises(MailTransportError, match="refuses the user or password"):
        await transport(server, "stoa:wrong@").check()
    away = smtp_server(f"smtp://127.0.0.1:{free_port()}?tls=off")
    with pytest.raises(MailTransportError, match="Connection refused"):
        await SmtpTransport(away, SetClock(), sender=SENDER).check()
    assert postman.taken == []

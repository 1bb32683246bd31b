"""An e-mail as an Internet message (RFC 5322), the same for every transport."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, make_msgid

from protocol.mail import WrittenEmail
from protocol.times import moment


def as_message(email: WrittenEmail, *, sender: str, at: int) -> EmailMessage:
    """Build the message. `sender` is an address, `at` is in milliseconds.

    It has a text and an HTML part. Its headers are UTF-8 only where an address is beyond ASCII
    (RFC 6532).
    """
    policy = SMTP if email.recipient.isascii() and sender.isascii() else SMTPUTF8
    message = EmailMessage(policy=policy)
    message["From"] = _address(sender, "Stoa")
    message["To"] = _address(email.recipient)
    message["Subject"] = email.subject
    message["Date"] = format_datetime(moment(at))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation replies
    message.set_content(email.text)
    message.add_alternative(email.html, subtype="html")
    return message


def _address(address: str, name: str = "") -> Address:
    """Of its two parts: the library's parser takes no characters beyond ASCII."""
    local, _, domain = address.rpartition("@")
    return Address(name, username=local, domain=domain)

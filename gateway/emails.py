"""What e-mails say. The links in them lead to the pages of this installation.

A token stands behind the `#` of its link: browsers do not send that part to servers, so it is in no
log, and it leaves no trace in a `Referer`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import msgspec

from protocol.mail import (
    AddressChanged,
    CertificateIssued,
    ConfirmAddress,
    ConfirmNewAddress,
    PasswordChanged,
    ResetPassword,
    SendEmail,
    WrittenEmail,
)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Paragraphs, and perhaps a link between the first ones and those `after` it."""

    subject: str
    before: tuple[str, ...]
    action: str = ""
    path: str = ""
    after: tuple[str, ...] = ()


IGNORE = "If this was not you, ignore this e-mail: nothing has changed."
NOT_YOU = "If this was not you, set a new password at once, and tell the people who run this site."


def _confirm(message: ConfirmAddress) -> Said:
    return Said(
        subject="Confirm your e-mail address",
        before=("Welcome to Stoa. Please confirm that this address is yours.",),
        action="Confirm the address",
        path=f"/account#verify={message.token}",
        after=("The link is good for three days.", "If you did not register, ignore this e-mail."),
    )


def _reset(message: ResetPassword) -> Said:
    return Said(
        subject="Set a new password",
        before=("Somebody, perhaps you, asked for a new password for your account.",),
        action="Set a new password",
        path=f"/account#reset={message.token}",
        after=("The link is good for an hour, and once.", IGNORE),
    )


def _password(message: PasswordChanged) -> Said:
    return Said(
        subject="Your password has changed",
        before=("The password of your account has changed; every device was signed out.", NOT_YOU),
    )


def _new_address(message: ConfirmNewAddress) -> Said:
    return Said(
        subject="Confirm your new e-mail address",
        before=("This address is to become that of your account.",),
        action="Confirm the new address",
        path=f"/account#email={message.token}",
        after=("The link is good for a day.", IGNORE),
    )


def _address(message: AddressChanged) -> Said:
    return Said(
        subject="Your e-mail address has changed",
        before=(f"The address of your account is now {message.new_email}.", NOT_YOU),
    )


def _certificate(message: CertificateIssued) -> Said:
    return Said(
        subject=f"Your certificate: {message.course_title}",
        before=(f"Congratulations: you have completed “{message.course_title}”.",),
        action="See your certificate",
        path=f"/certificates/{message.number}",
        after=("Everybody who has this link can see that the certificate is genuine.",),
    )


SAYS: Mapping[type, Callable[[Any], Said]] = {
    ConfirmAddress: _confirm,
    ResetPassword: _reset,
    PasswordChanged: _password,
    ConfirmNewAddress: _new_address,
    AddressChanged: _address,
    CertificateIssued: _certificate,
}


def write(email: SendEmail, full_name: str, base_url: str) -> WrittenEmail:
    """The e-mail as text and as HTML. `base_url` has no slash at its end."""
    said = SAYS[type(email.content)](email.content)
    greeting = f"Hello {full_name}," if full_name else "Hello,"
    link = base_url + said.path if said.action else ""
    return WrittenEmail(
        recipient=email.recipient,
        subject=" ".join(said.subject.split()),
        text=_as_text(greeting, said, link),
        html=_as_html(greeting, said, link),
    )


def _as_text(greeting: str, said: Said, link: str) -> str:
    middle = (f"{said.action}:\n{link}",) if link else ()
    return "\n\n".join((greeting, *said.before, *middle, *said.after, "Stoa")) + "\n"


def _as_html(greeting: str, said: Said, link: str) -> str:
    parts = [_paragraph(text) for text in (greeting, *said.before)]
    if link:
        parts.append(
            f'<p><a href="{escape(link)}" style="display:inline-block;padding:12px 20px;'
            "border-radius:8px;background:#1f4b8f;color:#ffffff;text-decoration:none;"
            f'font-weight:600">{escape(said.action)}</a></p>'
            f'<p style="font-size:13px;color:#555555;word-break:break-all">{escape(link)}</p>'
        )
    parts += [_paragraph(text) for text in said.after]
    return (
        '<!doctype html><html><body style="margin:0;background:#f4f2ec">'
        '<div style="max-width:560px;margin:24px auto;padding:24px 32px;background:#ffffff;'
        'border-radius:12px;font:16px/1.5 system-ui,sans-serif;color:#1b1b1b">'
        '<p style="font-weight:700;font-size:20px;margin:0 0 8px">Stoa</p>'
        + "".join(parts)
        + "</div></body></html>"
    )


def _paragraph(text: str) -> str:
    return f'<p style="margin:12px 0">{escape(text)}</p>'

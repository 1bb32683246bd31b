"""E-mails as text and as HTML. The wording is in `gateway/emails/<domain>.py`.

A token comes after the `#` of its link: browsers do not send that part to servers, so it is in no
log and in no `Referer`.

Whoever registers somebody else's address chooses the name in the greeting. So that nobody can send
links to strangers in our name, a name that reads like an address is left out of it, in every
e-mail: any may go to an address that nobody has confirmed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import msgspec

from protocol.mail import EmailContent, WrittenEmail
from protocol.texts import normal

ADDRESS = re.compile(
    r"""
    @ | ://                   # e-mail addresses, URLs
    | \bwww\d*\b              # what mail programs turn into links without a scheme
    | \b[a-z][a-z+-]{2,}:\S   # mailto:, tel:
    | [^\W_][.][^\W_][\w-]    # school.example, 10.0.0.1; initials as in J.R.R. are no address
    | \d[.]\d
    """,
    re.IGNORECASE | re.VERBOSE,
)
DOTS = str.maketrans("。｡․", "...")
"""Other characters that count as the dot of a domain name (RFC 3490, 3.1), or look like it."""
MAX_GREETED = 255
"""Characters; a longer name is left out of the greeting."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Paragraphs, and perhaps a link between the first ones and those `after` it.

    `path` leads to a page of this installation.
    """

    subject: str
    before: tuple[str, ...]
    action: str = ""
    path: str = ""
    after: tuple[str, ...] = ()


Wording = Mapping[type[EmailContent], Callable[[Any], Said]]
"""The texts of e-mails, by the class of their content."""


def write(said: Said, *, recipient: str, full_name: str, base_url: str) -> WrittenEmail:
    """The e-mail as text and as HTML. `base_url` has no slash at its end."""
    greeting = f"Hello {full_name}," if full_name and not has_address(full_name) else "Hello,"
    link = base_url + said.path if said.action else ""
    return WrittenEmail(
        recipient=recipient,
        subject=" ".join(said.subject.split()),
        text=_as_text(greeting, said, link),
        html=_as_html(greeting, said, link),
    )


def has_address(name: str) -> bool:
    """Whether a program or a reader may take a part of it for an address, or it is too long."""
    plain = normal("NFKC", name.translate(DOTS), most=MAX_GREETED)
    if plain is None:
        return True
    # Invisible characters would hide an address from us, and not from its reader.
    return ADDRESS.search("".join(c for c in plain if unicodedata.category(c) != "Cf")) is not None


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

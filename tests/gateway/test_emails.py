"""Every kind of e-mail can be written, and says nothing that its reader could abuse."""

from __future__ import annotations

from typing import get_args

import pytest

from gateway.emails import SAYS, write
from protocol.mail import (
    AddressChanged,
    CertificateIssued,
    ConfirmAddress,
    ConfirmNewAddress,
    Email,
    PasswordChanged,
    QueuedEmail,
    ResetPassword,
)

BASE = "https://school.example"
LETTERS: list[tuple[Email, str]] = [
    (ConfirmAddress(token="t0ken"), "/account#verify=t0ken"),
    (ResetPassword(token="t0ken"), "/account#reset=t0ken"),
    (ConfirmNewAddress(token="t0ken"), "/account#email=t0ken"),
    (CertificateIssued(number="ABC-1", course_title="<b>Stars</b>"), "/certificates/ABC-1"),
    (PasswordChanged(), ""),
    (AddressChanged(new_email="n@school.example"), ""),
]


def queued(letter: Email, name: str = "Vera <script>") -> QueuedEmail:
    return QueuedEmail(
        id=1, recipient="v@school.example", full_name=name, content=letter, attempts=0
    )


def test_there_is_a_text_for_every_kind() -> None:
    assert set(SAYS) == set(get_args(Email)) == {type(letter) for letter, _ in LETTERS}


@pytest.mark.parametrize(("letter", "path"), LETTERS)
def test_text_and_html_say_the_same_and_escape(letter: Email, path: str) -> None:
    written = write(queued(letter), BASE)
    assert written.recipient == "v@school.example"
    assert written.subject
    assert "\n" not in written.subject
    assert written.text.startswith("Hello Vera <script>,")
    assert "<script>" not in written.html
    assert "<b>" not in written.html
    if path:
        assert BASE + path in written.text
        assert f'href="{BASE}{path}"' in written.html
    else:
        assert "href" not in written.html


def test_who_has_no_name_is_greeted_all_the_same() -> None:
    assert write(queued(PasswordChanged(), name=""), BASE).text.startswith("Hello,\n")


def test_a_title_with_line_breaks_makes_no_header() -> None:
    letter = CertificateIssued(number="1", course_title="Stars\r\nBcc: all@school.example")
    assert write(queued(letter), BASE).subject == "Your certificate: Stars Bcc: all@school.example"

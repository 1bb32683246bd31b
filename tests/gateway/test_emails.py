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
    ResetPassword,
    SendEmail,
    WrittenEmail,
)

BASE = "https://school.example"
EMAILS: list[tuple[Email, str]] = [
    (ConfirmAddress(token="t0ken"), "/account#verify=t0ken"),
    (ResetPassword(token="t0ken"), "/account#reset=t0ken"),
    (ConfirmNewAddress(token="t0ken"), "/account#email=t0ken"),
    (CertificateIssued(number="ABC-1", course_title="<b>Stars</b>"), "/certificates/ABC-1"),
    (PasswordChanged(), ""),
    (AddressChanged(new_email="n@school.example"), ""),
]


def written(content: Email, name: str = "Vera <script>") -> WrittenEmail:
    return write(SendEmail(recipient="v@school.example", content=content), name, BASE)


def test_there_is_a_text_for_every_kind() -> None:
    assert set(SAYS) == set(get_args(Email)) == {type(content) for content, _ in EMAILS}


@pytest.mark.parametrize(("content", "path"), EMAILS)
def test_text_and_html_say_the_same_and_escape(content: Email, path: str) -> None:
    email = written(content)
    assert email.recipient == "v@school.example"
    assert email.subject
    assert "\n" not in email.subject
    assert email.text.startswith("Hello Vera <script>,")
    assert "<script>" not in email.html
    assert "<b>" not in email.html
    if path:
        assert BASE + path in email.text
        assert f'href="{BASE}{path}"' in email.html
    else:
        assert "href" not in email.html


def test_who_has_no_name_is_greeted_all_the_same() -> None:
    assert written(PasswordChanged(), name="").text.startswith("Hello,\n")


def test_a_title_with_line_breaks_makes_no_header() -> None:
    content = CertificateIssued(number="1", course_title="Stars\r\nBcc: all@school.example")
    assert written(content).subject == "Your certificate: Stars Bcc: all@school.example"

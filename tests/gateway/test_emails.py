"""Every kind of e-mail can be written, and says nothing that its reader could abuse."""

from __future__ import annotations

from html import escape

import pytest

from gateway.email_writing import Said, write
from protocol.mail import EmailContent, WrittenEmail
from supervisors.job_handlers import WORDING
from tests.domains import DOMAINS

BASE = "https://school.example"
EMAILS = [each for domain in DOMAINS for each in domain.emails]


def written(said: Said, name: str = "Vera <script>") -> WrittenEmail:
    return write(said, recipient="v@school.example", full_name=name, base_url=BASE)


def test_there_is_a_text_for_every_kind() -> None:
    declared = set(EmailContent.__subclasses__())
    assert set(WORDING) == declared == {type(content) for content, _ in EMAILS}


@pytest.mark.parametrize(("content", "path"), EMAILS)
def test_text_and_html_say_the_same_and_escape(content: EmailContent, path: str) -> None:
    email = written(WORDING[type(content)](content))
    assert email.recipient == "v@school.example"
    assert email.subject
    assert "\n" not in email.subject
    assert email.text.startswith("Hello Vera <script>,")
    assert "<script>" not in email.html
    assert "<b>" not in email.html
    if path:
        assert BASE + path in email.text
        assert f'href="{escape(BASE + path)}"' in email.html
    else:
        assert "href" not in email.html


def test_who_has_no_name_is_greeted_all_the_same() -> None:
    said = Said(subject="Something", before=("Something has happened.",))
    assert written(said, name="").text.startswith("Hello,\n")


@pytest.mark.parametrize(
    "name",
    [
        "You won! https://evil.example/prize",
        "Prize at evil.example",
        "EVIL.EXAMPLE",
        "Go to www.evil",
        "www1 evil",
        "hxxp://evil",
        "write to mira@evil.example",
        "mira@evil",
        "mailto:mira",
        "10.0.0.1 has won",
        "bücher.de",
        "пример.рф",
        "evil。example",
        "evil．example",
        "evil.\u200bexample",
        "e\u00advil.example",
        "ｗｗｗ evil",
        "xn--bcher-kva.de/a",
    ],
)
def test_nobody_is_greeted_with_an_address(name: str) -> None:
    for content, _ in EMAILS:
        email = written(WORDING[type(content)](content), name)
        assert email.text.startswith("Hello,\n")
        assert name not in email.text + email.html


@pytest.mark.parametrize(
    "name",
    [
        "Mira Okafor",
        "J.R.R. Tolkien",
        "Dr. Vera Castellan",
        "O'Neill-Smith Jr.",
        "Ana: 7b",
        "李小龍",
    ],
)
def test_a_name_of_a_person_is_said(name: str) -> None:
    said = Said(subject="Something", before=())
    assert written(said, name).text.startswith(f"Hello {name},")


def test_a_title_with_line_breaks_makes_no_header() -> None:
    said = Said(subject="Finished: Stars\r\nBcc: all@school.example", before=())
    assert written(said).subject == "Finished: Stars Bcc: all@school.example"

"""Documents that would keep the validator busy are refused before it starts, by counted work."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_introspection_query, parse

from gateway.graphql.documents import document_limits, documents
from gateway.graphql.documents.document_limits import COMPARISONS, BoundedOverlaps, DocumentLimits
from gateway.graphql.documents.documents import Documents
from gateway.graphql.errors import RequestError
from gateway.graphql.limits import Limits
from gateway.graphql.schema import make_schema

LIMITS = Limits()
SCHEMA = make_schema()


def courses(selections: str, *fragments: str) -> str:
    return "{ courses { nodes { " + selections + " } } } " + " ".join(fragments)


def spreads(count: int) -> str:
    return " ".join(f"...F{n}" for n in range(count))


def fragments(count: int, body: str) -> list[str]:
    return [f"fragment F{n} on Course {{ {body.format(n=n, next=n + 1)} }}" for n in range(count)]


REFUSED = {
    "one field repeated": courses("instructor{id} " * 700),
    "inline fragments repeated": courses("...{id} " * 700),
    "many fragments": courses(spreads(190), *fragments(190, "title instructor {{ id }}")),
    "a chain of fragments": courses("...F0", *fragments(200, "...F{next}"))
    + "fragment F200 on Course { id }",
    "fragments that double": courses("...F0", *fragments(20, "...F{next} ...F{next}"))
    + "fragment F20 on Course { id }",
    "many operations": "".join(f"query Q{n} {{ ...F }} " for n in range(30))
    + "fragment F on Query { __typename }",
    "inline fragments within each other": courses("...{" * 60 + "id" + "}" * 60),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_costs_too_much_never_reaches_the_validator(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(documents, "validate", lambda *_: pytest.fail("validated"))
    with pytest.raises(RequestError) as caught:
        Documents(SCHEMA, LIMITS).plan(text, None)
    assert caught.value.errors[0]["extensions"]["code"] == "LIMIT_EXCEEDED"


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_the_check_itself_stops_at_its_bounds(text: str) -> None:
    found = DocumentLimits(parse(text), LIMITS)
    with pytest.raises(RequestError):
        found.check()
    assert found.visits <= LIMITS.visits + 1


@pytest.fixture
def budgets(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The contexts of the rule, whose budgets tell what was spent."""
    seen: list[Any] = []

    class Watched(BoundedOverlaps):
        def __init__(self, context: Any) -> None:
            super().__init__(context)
            seen.append(self.rule_context)

    monkeypatch.setattr(document_limits, "BoundedOverlaps", Watched)
    monkeypatch.setattr(documents, "BoundedOverlaps", Watched)
    return seen


def test_fields_that_repeat_within_the_bounds_are_compared_only_so_far(budgets: list[Any]) -> None:
    with pytest.raises(RequestError) as caught:
        Documents(SCHEMA, LIMITS).plan(courses("instructor{id} " * 290), None)
    assert caught.value.errors[0]["message"] == "Validation aborted."
    [context] = budgets
    assert -2 <= context.remaining_complexity_budget < 0 < COMPARISONS


@pytest.mark.parametrize(
    "text",
    [
        get_introspection_query(input_value_deprecation=True),
        courses(spreads(20), *fragments(20, "id title description instructor {{ id }}")),
        courses("instructor { id } " * 10),
        courses(" ".join(f"f{n}: id" for n in range(500))),
    ],
    ids=["introspection", "twenty fragments", "ten repeats", "five hundred fields"],
)
def test_what_clients_write_is_planned(text: str) -> None:
    assert Documents(SCHEMA, LIMITS).plan(text, None)


def test_a_fragment_that_spreads_itself_is_the_validators_to_refuse() -> None:
    text = courses("...F", "fragment F on Course { id ...F }")
    with pytest.raises(RequestError, match="within itself"):
        Documents(SCHEMA, LIMITS).plan(text, None)


def test_a_refused_document_is_refused_again_without_work(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Documents(SCHEMA, Limits(refusals=1))
    with pytest.raises(RequestError) as first:
        kept.plan("{ nonsense }", None)
    with monkeypatch.context() as patch:
        patch.setattr(documents, "parse", lambda *_, **__: pytest.fail("parsed"))
        with pytest.raises(RequestError) as second:
            kept.plan("{ nonsense }", None)
    assert second.value.errors == first.value.errors
    assert second.value is not first.value
    with pytest.raises(RequestError):
        kept.plan("{ other }", None)
    assert len(kept.refusals) == 1


@pytest.mark.parametrize("text", ["{ __typename }", "{ nonsense }"])
def test_nothing_of_a_long_operation_name_is_kept_or_repeated(text: str) -> None:
    kept = Documents(SCHEMA, LIMITS)
    longest = "n" * LIMITS.operation_name
    with pytest.raises(RequestError) as caught:
        kept.plan(text, longest + "n")
    [error] = caught.value.errors
    assert error["extensions"] == {
        "code": "LIMIT_EXCEEDED",
        "details": {"limit": "operation_name", "allowed": LIMITS.operation_name},
    }
    assert "nn" not in error["message"]
    assert (len(kept.refusals), len(kept.plans)) == (0, 0)
    with pytest.raises(RequestError):
        kept.plan(text, longest)
    assert len(kept.refusals) == 1
    assert kept.plan(f"query {longest} {{ __typename }}", longest)


@pytest.mark.parametrize("escape", ["\\u0041", "\\n"])
def test_a_document_of_too_many_escapes_is_not_even_parsed(
    monkeypatch: pytest.MonkeyPatch, escape: str
) -> None:
    kept = Documents(SCHEMA, LIMITS)
    assert kept.plan('{course(id:"' + escape * LIMITS.escapes + '"){id}}', None)
    monkeypatch.setattr(documents, "parse", lambda *_, **__: pytest.fail("parsed"))
    with pytest.raises(RequestError) as caught:
        kept.plan('{course(id:"' + escape * (LIMITS.escapes + 1) + '"){id}}', None)
    [error] = caught.value.errors
    assert error["extensions"]["details"] == {"limit": "escapes", "allowed": LIMITS.escapes}


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_document_of_too_many_lines_is_not_even_parsed(
    monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    kept = Documents(SCHEMA, LIMITS)
    assert kept.plan("{" + end * LIMITS.lines + "__typename}", None)
    monkeypatch.setattr(documents, "parse", lambda *_, **__: pytest.fail("parsed"))
    for rest in ("a b c}", "!"):
        with pytest.raises(RequestError) as caught:
            kept.plan("{" + end * (LIMITS.lines + 1) + rest, None)
        [error] = caught.value.errors
        assert error["extensions"]["details"] == {"limit": "lines", "allowed": LIMITS.lines}

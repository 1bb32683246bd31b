"""Every rule that a field can break has a code, and exactly the parameters that are documented."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.realtime.wire_errors import as_field_error
from protocol.errors import ValidationError
from protocol.validation import MEANINGS, Problem, Rule, problem

ROOT = Path(__file__).parents[2]
ROOMS = ("actors", "gateway", "protocol", "storage", "supervisors")
MAKERS = {"wrong": 1, "of": 1, "problem": 0}
"""Functions that make a problem, and where among their arguments the rule stands."""


def calls() -> Iterator[tuple[str, ast.Call, ast.expr, str]]:
    """Every call that makes a problem: where it is, its rule, and the name of what is called."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if path == ROOT / "protocol/validation.py":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and (name := maker(node)):
                    where = f"{path.relative_to(ROOT)}:{node.lineno}"
                    yield where, node, node.args[MAKERS[name]], name


def maker(node: ast.Call) -> str | None:
    match node.func:
        case ast.Attribute(attr="wrong", value=ast.Name()):
            return "wrong"
        case ast.Attribute(attr="of", value=ast.Name(id="ValidationError")):
            return "of"
        case ast.Name(id="problem"):
            return "problem"
    return None


def test_every_rule_has_a_meaning_and_names_itself() -> None:
    assert set(MEANINGS) == set(Rule)
    assert all(rule.value == rule.name for rule in Rule)


def test_every_problem_in_the_source_has_a_rule_with_exactly_its_parameters() -> None:
    found = list(calls())
    assert len(found) > 80
    used = set()
    for where, node, rule, _ in found:
        assert isinstance(rule, ast.Attribute), where
        assert isinstance(rule.value, ast.Name), where
        assert rule.value.id == "Rule", where
        used.add(Rule[rule.attr])
        given = {keyword.arg for keyword in node.keywords}
        assert given == set(MEANINGS[Rule[rule.attr]].params), where
    assert len(used) > 25


def test_no_list_of_wrong_fields_is_made_by_hand() -> None:
    """A dictionary with a field and a message would have no code."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Dict):
                    keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
                    assert not {"field", "message"} <= keys or "code" in keys, f"{path}"


def test_a_client_sees_the_code_and_the_numbers_beside_the_message() -> None:
    error = ValidationError.of("title", Rule.TOO_LONG, "must be at most 255 characters", max=255)
    wrong = {
        "field": "title",
        "message": "must be at most 255 characters",
        "code": "TOO_LONG",
        "max": 255,
    }
    assert error.details == {"fields": [wrong]}
    assert problem(Rule.TOO_LONG, wrong["message"], max=255).at("title") == wrong  # type: ignore[arg-type]
    assert Problem(Rule.REQUIRED, "x").at("a") == {"field": "a", "message": "x", "code": "REQUIRED"}


@pytest.mark.parametrize(
    ("said", "field", "code", "params"),
    [
        ("Object missing required field `text`", "text", "REQUIRED", {}),
        ("Object missing required field `b` - at `$.a`", "a.b", "REQUIRED", {}),
        ("Expected `str` of length >= 1 - at `$.text`", "text", "TOO_SHORT", {"min": 1}),
        ("Expected `str` of length <= 64 - at `$.text`", "text", "TOO_LONG", {"max": 64}),
        ("Expected `array` of length <= 8 - at `$.ids`", "ids", "TOO_MANY", {"max": 8}),
        ("Expected `array` of length >= 2 - at `$.ids`", "ids", "TOO_FEW", {"min": 2}),
        ("Expected `int` >= 0 - at `$.step`", "step", "TOO_SMALL", {"min": 0}),
        ("Expected `float` <= 2.5 - at `$.x`", "x", "TOO_LARGE", {"max": 2.5}),
        ("Invalid enum value 'z' - at `$.on`", "on", "INVALID_CHOICE", {}),
        ("Expected `str`, got `int` - at `$.text`", "text", "INVALID_TYPE", {}),
        ("Something new", "payload", "INVALID_TYPE", {}),
    ],
)
def test_what_a_payload_of_an_event_breaks_is_told_in_the_same_way(
    said: str, field: str, code: str, params: dict[str, float]
) -> None:
    (wrong,) = as_field_error(said).details["fields"]
    assert (wrong.pop("field"), wrong.pop("code")) == (field, code)
    assert wrong.pop("message")
    assert wrong == params
    assert set(params) == set(MEANINGS[Rule(code)].params)

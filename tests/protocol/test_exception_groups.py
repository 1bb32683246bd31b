"""What is inside exception groups."""

from __future__ import annotations

from protocol.exception_groups import leaves, sole_exception


def test_a_group_of_one_is_that_one_however_deep() -> None:
    error = ValueError("x")
    assert sole_exception(ExceptionGroup("a", [ExceptionGroup("b", [error])])) is error
    assert sole_exception(error) is error


def test_a_group_of_several_stays_a_group() -> None:
    group = ExceptionGroup("several", [ValueError("x"), OSError("y")])
    assert sole_exception(ExceptionGroup("outer", [group])) is group


def test_the_leaves_of_a_group_come_in_order() -> None:
    first, second, third = ValueError("1"), OSError("2"), KeyError("3")
    group = ExceptionGroup("outer", [ExceptionGroup("inner", [first, second]), third])
    assert leaves(group) == [first, second, third]
    assert leaves(first) == [first]
    assert leaves(None) == []

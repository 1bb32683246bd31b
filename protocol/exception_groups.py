"""Unpacking of exception groups, in which nurseries wrap whatever their tasks raise."""

from __future__ import annotations


def sole_exception(error: Exception) -> Exception:
    """Unwrap a group of one exception, however deep; return anything else as it is."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def leaves(error: BaseException | None) -> list[BaseException]:
    """All exceptions in nested groups, in order; none for None."""
    if error is None:
        return []
    if not isinstance(error, BaseExceptionGroup):
        return [error]
    return [leaf for inner in error.exceptions for leaf in leaves(inner)]

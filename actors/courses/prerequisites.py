"""Prerequisites of modules and lessons as one graph, and the circles in it.

A lesson needs the lessons it names and everything that its module needs; a module needs its
prerequisite and is completed with its lessons. A circle, however long, can never be completed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from protocol.records.courses import Prerequisites

Graph = Mapping[str, Collection[str]]
"""What each module and lesson needs, by id."""


def graph_of(facts: Prerequisites) -> Graph:
    """The graph of a course."""
    graph: dict[str, set[str]] = {}
    for module, needed in facts.modules.items():
        graph[module] = set() if needed is None else {needed}
    for lesson, module in facts.lessons.items():
        graph[lesson] = {*graph.get(module, ()), *facts.needs.get(lesson, ())}
    for lesson, module in facts.lessons.items():
        graph.setdefault(module, set()).add(lesson)
    return graph


def circle(facts: Prerequisites) -> tuple[str, ...]:
    """The ids along some circle, each needed by the next and the first named last again.

    Empty where there is none.
    """
    try:
        TopologicalSorter(graph_of(facts)).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def circle_through(facts: Prerequisites, changed: str, needs: Iterable[str]) -> tuple[str, ...]:
    """Like `circle`, of those that `changed` closes when it needs `needs`.

    Others are left alone, so that a course with several can be mended one by one.
    """
    graph = graph_of(facts)
    closing = {changed, *(each for each, module in facts.lessons.items() if module == changed)}
    before: dict[str, str | None] = dict.fromkeys(needs)
    ahead = list(before)
    while ahead:
        one = ahead.pop()
        if one in closing:
            return _closed(before, one, changed)
        for needed in sorted(graph.get(one, ())):
            if needed not in before:
                before[needed] = one
                ahead.append(needed)
    return ()


def said(facts: Prerequisites, ids: Iterable[str]) -> str:
    """The titles along a circle, for people."""
    return " → ".join(facts.titles.get(each, each) for each in ids)


def _closed(before: Mapping[str, str | None], end: str, changed: str) -> tuple[str, ...]:
    path: list[str] = []
    step: str | None = end
    while step is not None:
        path.append(step)
        step = before[step]
    return (*path, changed) if path[0] == changed else (changed, *path, changed)

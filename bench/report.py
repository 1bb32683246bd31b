"""One shape for all results: a table for people, a JSON line for machines."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. `must` is the bound it has to stay within, in words; `met` whether it does."""

    name: str
    value: float
    unit: str
    must: str = ""
    met: bool | None = None

    @classmethod
    def at_most(cls, name: str, value: float, unit: str, bound: float | None) -> Measure:
        """A figure with an upper bound, or with none."""
        if bound is None:
            return cls(name=name, value=value, unit=unit)
        must = f"≤ {bound:,.4g} {unit}"
        return cls(name=name, value=value, unit=unit, must=must, met=value <= bound)

    @classmethod
    def at_least(cls, name: str, value: float, unit: str, bound: float) -> Measure:
        """A figure with a lower bound."""
        must = f"≥ {bound:,.4g} {unit}"
        return cls(name=name, value=value, unit=unit, must=must, met=value >= bound)


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios within each round: rounds differ more than their parts do."""
    return statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))


def publish(bench: str, measures: Sequence[Measure], **context: Any) -> None:
    """Print the table and write `bench/results/<bench>.json`."""
    table = Table(title=f"bench {bench}")
    for heading, justify in (
        ("measure", "left"),
        ("value", "right"),
        ("must", "left"),
        ("", "left"),
    ):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    marks = {True: "[green]met", False: "[red]not met", None: ""}
    for measure in measures:
        table.add_row(
            measure.name, f"{measure.value:,.2f} {measure.unit}", measure.must, marks[measure.met]
        )
    Console().print(table)
    RESULTS.mkdir(exist_ok=True)
    body = {"bench": bench, "context": context, "measures": msgspec.to_builtins(list(measures))}
    (RESULTS / f"{bench}.json").write_text(json.dumps(body, indent=1))


def progress(text: str) -> None:
    """Say what is going on, on standard error."""
    print(f"  {text}", file=sys.stderr, flush=True)

"""Prometheus exposition of the `Operations.counters()` numbers, named `stoa_<part>_<name>`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from gateway.operators.catalogue import about

Numbers = Mapping[str, float | Mapping[str, float]]


class _Numbers(Collector):
    def __init__(self, parts: Mapping[str, Numbers]) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        for part, numbers in sorted(self._parts.items()):
            for name, value in sorted(numbers.items()):
                yield _family(part, name, value)


def _family(part: str, name: str, value: float | Mapping[str, float]) -> Metric:
    known = about(part, name)
    make = CounterMetricFamily if known.counts else GaugeMetricFamily
    full = f"stoa_{part}_{name}"
    if not isinstance(value, Mapping):
        return make(full, known.text, value=value)
    family = make(full, known.text, labels=[known.label or "reason"])
    for label, number in sorted(value.items()):
        family.add_metric([label], number)
    return family


def exposition(parts: Mapping[str, Numbers]) -> tuple[bytes, str]:
    """The text for a scrape, and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(parts))
    return generate_latest(registry), CONTENT_TYPE_LATEST

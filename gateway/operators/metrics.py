"""Prometheus exposition of the `Operations.counters()` numbers.

Names are `stoa_<part>_<name>`; those ending in `_total` are counters, all others gauges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

Counters = Mapping[str, Mapping[str, float]]


class _Numbers(Collector):
    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def collect(self) -> Iterator[Metric]:
        for part, numbers in sorted(self._counters.items()):
            for name, value in sorted(numbers.items()):
                full, about = f"stoa_{part}_{name}", f"{name.replace('_', ' ')} of {part}"
                if name.endswith("_total"):
                    yield CounterMetricFamily(full.removesuffix("_total"), about, value=value)
                else:
                    yield GaugeMetricFamily(full, about, value=value)


def exposition(counters: Counters) -> tuple[bytes, str]:
    """The text for a scrape, and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(counters))
    return generate_latest(registry), CONTENT_TYPE_LATEST

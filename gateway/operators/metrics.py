"""Prometheus exposition: the numbers of `Operations.counters()`, named `stoa_<part>_<name>`,
histograms as `stoa_<name>_seconds`, `stoa_build_info`, and `process_…` as everybody has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from gateway.operators.catalogue import BUILD, HISTOGRAMS, about
from protocol.distributions import Shown

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


class _Histograms(Collector):
    def __init__(self, histograms: Mapping[str, Mapping[str, Shown]]) -> None:
        self._histograms = histograms

    def collect(self) -> Iterator[Metric]:
        for name, by_label in sorted(self._histograms.items()):
            known = HISTOGRAMS[name]
            labels = [known.label] if known.label else []
            family = HistogramMetricFamily(f"stoa_{name}_seconds", known.text, labels=labels)
            for label, shown in sorted(by_label.items()):
                family.add_metric([label] if labels else [], _buckets(shown), shown.sum)
            yield family


def _buckets(shown: Shown) -> list[tuple[str, float]]:
    bounds = (str(bound) for bound in shown.bounds)
    return [*zip(bounds, map(float, shown.at_most), strict=True), ("+Inf", float(shown.number))]


class _Build(Collector):
    def __init__(self, build: Mapping[str, str]) -> None:
        self._build = build

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily("stoa_build_info", BUILD, labels=list(self._build))
        family.add_metric(list(self._build.values()), 1)
        yield family


def exposition(
    parts: Mapping[str, Numbers],
    histograms: Mapping[str, Mapping[str, Shown]],
    build: Mapping[str, str],
) -> tuple[bytes, str]:
    """The text for a scrape, and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(parts))
    registry.register(_Histograms(histograms))
    registry.register(_Build(build))
    ProcessCollector(registry=registry)
    return generate_latest(registry), CONTENT_TYPE_LATEST

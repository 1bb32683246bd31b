"""Damaged samples: what a fuzzer makes of good input, drawn by hypothesis so that they shrink."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.support.profiles import share

EXAMPLES = share(2)
"""Examples of one target: reading is cheap, so more than a property gets."""
MAX_MUTATIONS = 6

_Mutation = tuple[str, int, int, bytes]

_mutations: st.SearchStrategy[_Mutation] = st.tuples(
    st.sampled_from(["flip", "delete", "repeat", "insert", "cut", "splice"]),
    st.integers(0, 2_000),
    st.integers(1, 40),
    st.binary(min_size=1, max_size=4),
)


def mutated(samples: Sequence[bytes], tokens: Sequence[bytes] = ()) -> st.SearchStrategy[bytes]:
    """One of `samples` after a few mutations; `tokens` are pieces worth inserting."""
    pieces = st.sampled_from(tokens) if tokens else st.binary(min_size=1, max_size=4)
    steps = st.lists(
        st.tuples(_mutations, pieces, st.sampled_from(samples)), max_size=MAX_MUTATIONS
    )
    return st.builds(_damaged, st.sampled_from(samples), steps)


def mutated_text(samples: Sequence[str], tokens: Sequence[str] = ()) -> st.SearchStrategy[str]:
    """The same for text: what is no longer UTF-8 is replaced as a decoder would."""
    as_bytes = mutated([each.encode() for each in samples], [each.encode() for each in tokens])
    return as_bytes.map(lambda data: data.decode(errors="replace"))


def _damaged(sample: bytes, steps: list[tuple[_Mutation, bytes, bytes]]) -> bytes:
    for (kind, place, length, noise), token, other in steps:
        at = place % (len(sample) + 1)
        end = at + length
        match kind:
            case "flip":
                sample = sample[:at] + noise + sample[at + len(noise) :]
            case "delete":
                sample = sample[:at] + sample[end:]
            case "repeat":
                sample = sample[:end] + sample[at:end] * (1 + length % 3) + sample[end:]
            case "insert":
                sample = sample[:at] + token + sample[at:]
            case "cut":
                sample = sample[:at]
            case _:
                sample = sample[:at] + other[place % (len(other) + 1) :]
    return sample


def body_of(property_test: Callable[..., None]) -> Callable[..., None]:
    """What a property checks for one example, as hypothesis keeps it for other fuzzers."""
    handle: Any = property_test
    body: Callable[..., None] = handle.hypothesis.inner_test
    return body


def pieces_of(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    """`data` as it may arrive from a socket, cut at these places."""
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]

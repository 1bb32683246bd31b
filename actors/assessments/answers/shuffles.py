"""Permutations that are part of the durable state: the same seed and label give the same order.

A Fisher-Yates shuffle (Knuth, TAOCP 2, algorithm 3.4.2P) driven by 64-bit words of BLAKE2b(seed "|"
label "|" counter). The bias of reducing a 64-bit word by a number of at most some hundreds is below
2**-55. The answer key is never an input.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

_WORD = 8


def _words(seed: int, label: str) -> Iterator[int]:
    counter = 0
    while True:
        digest = blake2b(f"{seed}|{label}|{counter}".encode()).digest()
        for at in range(0, len(digest), _WORD):
            yield int.from_bytes(digest[at : at + _WORD], "big")
        counter += 1


def permutation(seed: int, label: str, size: int) -> tuple[int, ...]:
    """The numbers 0 … size - 1 in the order that `seed` and `label` determine."""
    order = list(range(size))
    words = _words(seed, label)
    for last in range(size - 1, 0, -1):
        other = next(words) % (last + 1)
        order[last], order[other] = order[other], order[last]
    return tuple(order)

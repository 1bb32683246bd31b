"""How many examples a property gets: by the profile, not by a number in each test.

`HYPOTHESIS_PROFILE` names one: `quick` while writing, `ci` (the default), `nightly` for hours.
A property whose single example is dear says its share of the profile with `share`.
"""

from __future__ import annotations

import os

from hypothesis import settings

PROFILES = {"quick": 15, "ci": 100, "nightly": 3_000}
"""Examples of a property; the specification asks for 100 or more where it counts."""


def load_profile() -> None:
    """Make the profile of the environment the default of every test. Unknown ones are refused."""
    for name, examples in PROFILES.items():
        settings.register_profile(name, max_examples=examples, deadline=None)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def at_night() -> bool:
    """Whether there is time for what takes minutes."""
    return os.environ.get("HYPOTHESIS_PROFILE") == "nightly"


def share(part: float) -> int:
    """That part of the profile's examples, and at least one."""
    return max(1, round(PROFILES[os.environ.get("HYPOTHESIS_PROFILE", "ci")] * part))

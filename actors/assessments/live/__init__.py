"""The live quiz as a pure machine: no clock, no randomness, no I/O."""

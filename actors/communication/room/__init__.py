"""A course room as a pure machine: presence, chat and signals."""

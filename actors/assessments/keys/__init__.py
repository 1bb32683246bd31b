"""The rules of keys that have files of their own, and what they share."""

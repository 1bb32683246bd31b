"""Who studies what."""

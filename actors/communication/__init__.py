"""Course rooms: presence, chat and signals."""

"""What an answer may be, what its key says of it, and how both are shown, in games and attempts."""

"""What lasts: PostgreSQL, Redis, and the adapters around them."""

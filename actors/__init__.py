"""Rules (pure machines), and the actors that run them."""

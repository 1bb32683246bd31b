"""Rules (pure machines) and the actors that live by them."""

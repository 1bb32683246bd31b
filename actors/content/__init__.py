"""Files that users upload: which may be, and what is looked at in them."""

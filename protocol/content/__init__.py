"""The content domain: files that users upload, and what is made of them."""

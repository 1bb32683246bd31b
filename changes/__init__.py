"""What the next version changes, a file per change; `assemble` makes the changelog of them."""

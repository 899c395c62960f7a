"""One file per page; each reads its state from the address."""

"""Sealing 封存: the store's log of all entries, its keys and its export; and the erasure of what entries commit to."""

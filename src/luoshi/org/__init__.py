"""org: a Django app."""

"""casework: a Django app."""

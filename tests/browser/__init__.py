"""The desk in a real browser. Skipped, and said so, where there is no Chromium."""

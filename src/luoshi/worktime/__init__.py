"""Statutory working days (调休 included) and clocks: budget, pause, extension, due, and why. Pure.

"Today" and "now" always come in as arguments; a calendar is an argument too.
"""

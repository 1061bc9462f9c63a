"""Simulation: a synthetic district at work, to try a mechanism, to load the store, and to see what is refused and why.

Everything in it is synthetic: bodies, officers, callers, texts, the settings of the mechanisms. It uses the same
:func:`luoshi.casework.act.act` as everybody else and knows nothing of the store beyond reading a case's row.
"""

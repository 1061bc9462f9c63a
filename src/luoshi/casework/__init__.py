"""Casework 办件: the one closed loop. Cases are opened and changed by
:mod:`luoshi.casework.act` alone, and read through :mod:`luoshi.casework.door` alone.
"""

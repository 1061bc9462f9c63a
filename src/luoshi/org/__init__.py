"""Org 机构: bodies and areas with dates, officers and their posts, who is in charge of what. Read through
:func:`luoshi.org.snapshot.snapshot`, which costs a caller nothing while nothing changes.
"""

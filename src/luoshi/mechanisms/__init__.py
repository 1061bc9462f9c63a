"""Mechanisms 机制: a kind of case as data, proved sound before use, stepped through purely, drawn for people. Pure."""

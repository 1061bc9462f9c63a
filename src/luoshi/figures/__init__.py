"""Figures 数据 as data: the public relations, definitions, evaluation, targets. A Django app."""

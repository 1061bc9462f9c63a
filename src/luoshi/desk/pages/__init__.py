"""The pages, a module for each subject. Each registers its addresses when it is imported."""

from luoshi.desk.pages import (
    acting,
    approvals,
    bulk,
    cases,
    design,
    evidence,
    exports,
    issuing,
    maps,
    opening,
    reports,
    review,
    search,
    views,
    work,
    workbooks,
)

__all__ = [
    "acting",
    "approvals",
    "bulk",
    "cases",
    "design",
    "evidence",
    "exports",
    "issuing",
    "maps",
    "opening",
    "reports",
    "review",
    "search",
    "views",
    "work",
    "workbooks",
]

"""The flow that other engines carry: the eight acts of a hotline case with what is supplied, and the ways back."""

from __future__ import annotations

from typing import Any

TEXT = "路灯不亮，晚上走路看不清"
PHOTO = {"sha256": "ab" * 32, "size": 1234}

ACTS: dict[str, dict[str, Any]] = {
    "record": {
        "channel": "phone",
        "category": "complaint",
        "content": TEXT,
        "urgency": "normal",
        "caller_name": "某某",
        "caller_phone": "000-12345678",
        "back": False,
    },
    "dispatch": {"lead_body": "housing", "dispatch_basis": "职责目录"},
    "sign": {},
    "contact": {"contact_log": "已电话联系"},
    "feed_back": {"result": "已修复", "contact_log": "已告知", "attachments": [PHOTO]},
    "pass_on": {},
    "call_back": {"contacted": True, "solved": "solved", "satisfaction": "satisfied", "evidence": [PHOTO]},
    "close": {},
}
"""In their order: what each act supplies (synthetic)."""

BACK = {"sign": "dispatch", "pass_on": "contact", "call_back": "dispatch"}
"""After which act the flow may lead back, and where to: an objection, feedback sent back, a matter handled again."""

"""Small lives of a few cases in each of the twelve packs of a year, act by act; what must not count is among them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.casework.district import DISTRICT, allow, set_up
from tests.casework.life import Life, request
from tests.casework.walker import calendar

from luoshi.mechanisms.state import State
from luoshi.mechanisms.step import step

Step = tuple[str, str, dict[str, Any]]
"""The day, the action, and what is told; the rest of the form is filled in by chance, without measures."""


def on(day: str, action: str, **told: Any) -> Step:
    """One act."""
    return day, action, told


def run(cases: Iterable[tuple[str, list[Step]]]) -> None:
    """The cases, each a pack and its acts, lived through in the order of days."""
    told = list(cases)
    names = tuple(dict.fromkeys(pack for pack, _ in told))
    set_up(*names)
    lives = {name: Life(name, seed) for seed, name in enumerate(names)}
    known: dict[int, str] = {}
    steps = [(day, number, place) for number, (_, acts) in enumerate(told) for place, (day, _, _) in enumerate(acts)]
    for _, number, place in sorted(steps):
        pack, acts = told[number]
        known[number] = _take(lives[pack], acts[place], known.get(number))


def _take(life: Life, one: Step, case: str | None) -> str:
    from luoshi.casework.act import act as write

    day, action, told = one
    state, at = life.states[case] if case else State(), datetime.fromisoformat(f"{day}T10:00:00")
    move = next((move for move in life.walker.moves(state, at) if move.ready.name == action), None)
    assert move is not None, (life.name, day, action, state.stage)
    filled = life.walker.act(state, move, at)
    fields = life.flow.mechanism.fields
    chance = {
        name: value
        for name, value in filled.fields.items()
        if name not in move.ready.action.optional or not fields[name].measure
    }
    act = replace(filled, fields={**chance, **told})
    done = write(DISTRICT, request(act, case, None if case else life.name), authorise=allow, now=at)
    assert done is not None
    life.states[done.case] = step(life.flow, state, act, calendar()).state
    return done.case


CASES: list[tuple[str, list[Step]]] = [
    # Begun before the year: the investment of each year begins anew, and January's report tells less.
    (
        "project",
        [
            on("2018-11-05", "sign", tier="flagship", category="industry", investment="17000000000"),
            on("2018-12-03", "permit", permitted_on="2018-12-03"),
            on("2018-12-20", "start", invested="5", due="2021-12-31"),
            on("2019-06-03", "report", invested="100"),
            on("2019-12-02", "report", invested="250"),
            on("2020-02-03", "report", invested="7"),
        ],
    ),
    # Produced, sent back, produced again: once, and verified in the next year.
    (
        "project",
        [
            on("2019-02-11", "sign", tier="city", category="industry", investment="10"),
            on("2019-03-04", "permit", permitted_on="2019-03-04"),
            on("2019-04-01", "start", due="2019-12-31"),
            on("2019-08-05", "complete", invested="40", completed_on="2019-08-05"),
            on("2019-08-12", "file_completion"),
            on("2019-10-08", "produce"),
            on("2019-10-15", "send_back"),
            on("2019-11-04", "produce"),
            on("2020-01-06", "verify"),
        ],
    ),
    (
        "project",
        [on("2019-03-04", "sign", tier="flagship", category="industry", investment="999"), on("2019-03-05", "void")],
    ),
    (
        "project",
        [
            on("2019-05-06", "sign", tier="district", category="industry", investment="50"),
            on("2019-05-20", "start_without_permit", due="2020-12-31"),
            on("2019-06-03", "report", invested="99"),
            on("2019-08-05", "end"),
        ],
    ),
    (
        "project",
        [
            on(
                "2019-06-10", "take_over", tier="province", category="infrastructure", investment="80", due="2020-12-31"
            ),
            on("2019-07-01", "report", invested="30"),
        ],
    ),
    ("project", [on("2019-07-08", "sign", tier="city", category="ecology", investment="20")]),
    ("project", [on("2020-01-07", "sign", tier="city", category="industry", investment="20")]),
    # Told three times as done so far; forty days from the begin to the delivery.
    (
        "land",
        [
            on("2019-01-07", "issue_approved", tier="flagship", category="collective", due="2019-06-30"),
            on("2019-02-01", "begin"),
            on("2019-02-15", "report", households=100, mu="600"),
            on("2019-02-28", "report", households=200, mu="1000.5"),
            on("2019-03-13", "finish", households=237, mu="1200"),
            on("2019-03-20", "verify"),
        ],
    ),
    (
        "land",
        [
            on("2018-06-04", "issue_approved", tier="key", category="state", due="2020-06-30"),
            on("2018-07-02", "begin"),
            on("2018-12-03", "report", households=3, mu="10", house_area="1000"),
            on("2019-05-06", "report", households=5, mu="15", house_area="2600"),
        ],
    ),
    (
        "land",
        [
            on("2019-03-04", "issue_approved", tier="other", category="state", due="2020-06-30"),
            on("2019-03-11", "begin"),
            on("2019-04-01", "report", households=9, mu="99", house_area="77"),
            on("2019-09-02", "end"),
        ],
    ),
    (
        "land",
        [on("2019-04-01", "list", tier="flagship", category="state"), on("2019-04-02", "void")],
    ),
    (
        "land",
        [
            on("2019-11-04", "issue_approved", tier="key", category="collective", due="2020-06-30"),
            on("2019-11-11", "begin"),
            on("2019-12-20", "finish", households=9, mu="50"),
            on("2020-01-06", "verify"),
        ],
    ),
    # Done again in the next year: its units are counted once.
    (
        "renovation",
        [
            on("2019-01-07", "issue", category="road", work="build", due="2019-12-31"),
            on("2019-01-08", "sign"),
            on("2019-05-06", "apply", yuan_spent="300"),
            on("2019-05-13", "accept", units=1),
            on("2019-05-20", "hand_over"),
            on("2020-02-03", "reopen", due="2020-12-31"),
            on("2020-03-02", "apply"),
            on("2020-03-09", "accept", units=1),
        ],
    ),
    (
        "renovation",
        [
            on("2018-10-08", "issue", category="road", work="build", due="2018-12-31"),
            on("2018-10-09", "sign"),
            on("2018-12-03", "apply"),
            on("2018-12-10", "accept", units=4),
            on("2019-01-07", "hand_over"),
        ],
    ),
    (
        "renovation",
        [
            on("2019-02-11", "issue", category="road", work="build", due="2019-06-28"),
            on("2019-02-12", "sign"),
            on("2019-06-03", "apply"),
            on("2019-06-10", "send_back", due="2019-09-30"),
        ],
    ),
    (
        "renovation",
        [
            on("2019-02-11", "issue", category="road", work="repair", due="2019-06-28"),
            on("2019-02-12", "sign"),
            on("2019-06-03", "apply"),
            on("2019-06-10", "accept", units=5),
        ],
    ),
    (
        "renovation",
        [on("2019-03-04", "issue", category="lane", work="upgrade", due="2020-06-30"), on("2019-03-05", "sign")],
    ),
    (
        "renovation",
        [
            on("2019-03-04", "issue", category="lane", work="upgrade", due="2020-06-30"),
            on("2019-03-05", "sign"),
            on("2019-04-01", "end"),
        ],
    ),
    ("renovation", [on("2019-03-04", "issue", category="lane", work="upgrade", due="2020-06-30")]),
    *(
        (
            "renovation",
            [
                on("2019-04-01", "issue", category="farm_road", work=work, due="2020-06-30"),
                on("2019-04-02", "sign"),
                on("2019-09-02", "apply"),
                on("2019-09-09", "accept", units=1, kilometres=kilometres),
            ],
        )
        for work, kilometres in (("repair", "60.5"), ("build", "39.5"))
    ),
    (
        "doctor_contract",
        [
            on("2018-03-05", "sign", persons=4, ends_on="2019-02-28"),
            on("2018-03-06", "confirm"),
            on("2019-02-25", "report"),
            on("2019-03-04", "appraise", served_persons=3),
        ],
    ),
    (
        "doctor_contract",
        [on("2019-04-01", "sign", persons=5, ends_on="2020-03-31"), on("2019-04-02", "confirm")],
    ),
    (
        "doctor_contract",
        [on("2018-07-02", "sign", persons=6, ends_on="2019-06-30"), on("2018-07-03", "confirm")],
    ),
    ("doctor_contract", [on("2019-05-06", "sign", persons=7, ends_on="2020-04-30"), on("2019-05-07", "void")]),
    (
        "doctor_contract",
        [
            on("2019-05-06", "sign", persons=8, ends_on="2020-04-30"),
            on("2019-05-07", "confirm"),
            on("2019-06-03", "cancel"),
        ],
    ),
    # Paid, sent back, paid again.
    (
        "fund",
        [
            on("2019-01-07", "apply", category="aid", yuan_asked="900"),
            on("2019-01-10", "announce", announced_on="2019-01-10"),
            on("2019-01-28", "submit"),
            on("2019-01-29", "approve", yuan_granted="800"),
            on("2019-02-11", "pay", yuan_paid="800"),
            on("2019-02-12", "pay_again"),
            on("2019-02-13", "pay", yuan_paid="780"),
            on("2019-02-18", "verify"),
        ],
    ),
    (
        "fund",
        [
            on("2019-11-04", "apply", category="policy", yuan_asked="500"),
            on("2019-11-05", "send_on"),
            on("2019-12-02", "granted", yuan_granted="450"),
            on("2020-01-06", "pay", yuan_paid="450"),
        ],
    ),
    (
        "fund",
        [on("2019-03-04", "apply", category="loan", yuan_asked="1000"), on("2019-03-05", "send_on")],
    ),
    (
        "fund",
        [
            on("2019-03-04", "apply", category="loan", yuan_asked="500"),
            on("2019-03-05", "send_on"),
            on("2019-04-01", "not_granted"),
        ],
    ),
    (
        "fund",
        [
            on("2019-03-04", "apply", category="loan", yuan_asked="77"),
            on("2019-03-05", "send_on"),
            on("2019-04-01", "withdraw"),
        ],
    ),
    ("fund", [on("2019-03-04", "apply", category="loan", yuan_asked="66")]),
    (
        "relief",
        [
            on("2019-01-07", "continue", category="minimum", channel="monthly"),
            on("2019-01-08", "pay", person_times=30, yuan_paid="3000"),
            on("2019-01-09", "verify"),
        ],
    ),
    (
        "relief",
        [
            on("2019-12-02", "continue", category="minimum", channel="monthly"),
            on("2019-12-03", "pay", person_times=10, yuan_paid="1000"),
            on("2019-12-04", "return_payment"),
            on("2020-01-06", "pay", person_times=8, yuan_paid="900"),
        ],
    ),
    (
        "relief",
        [
            on("2019-02-11", "apply_urgent", category="temporary", channel="found"),
            on("2019-02-12", "relieve_first", person_times=1, yuan_paid="200"),
        ],
    ),
    ("relief", [on("2019-02-11", "apply", category="medical", channel="window"), on("2019-02-12", "withdraw")]),
    (
        "job",
        [
            on("2019-01-07", "register", category="new", persons=3),
            on("2019-01-08", "prove", proved="proved"),
            on("2019-01-09", "file"),
        ],
    ),
    (
        "job",
        [
            on("2019-01-07", "register", category="again", persons=2),
            on("2019-01-08", "prove", proved="not_proved"),
            on("2019-01-09", "refuse"),
        ],
    ),
    (
        "job",
        [
            on("2019-12-02", "register", category="new", persons=5),
            on("2019-12-03", "prove", proved="proved"),
            on("2020-01-06", "file"),
        ],
    ),
    (
        "job",
        [
            on("2019-03-04", "register", category="new", persons=9),
            on("2019-03-05", "prove", proved="proved"),
            on("2019-03-06", "file"),
            on("2019-12-02", "reopen"),
        ],
    ),
    ("job", [on("2019-03-04", "register", category="new", persons=9), on("2019-03-05", "void")]),
    (
        "body_reform",
        [
            on("2019-01-07", "issue", category="establish", due="2019-06-28"),
            on("2019-03-04", "finish", persons=15, posts=2),
            on("2019-03-05", "send_back", due="2019-06-28"),
            on("2019-03-11", "finish", persons=20, posts=3),
            on("2019-03-18", "verify"),
        ],
    ),
    (
        "body_reform",
        [
            on("2019-01-07", "issue", category="rename", due="2019-06-28"),
            on("2019-03-04", "finish", persons=9),
            on("2019-03-18", "verify"),
        ],
    ),
    (
        "body_reform",
        [
            on("2019-01-07", "issue", category="establish", due="2019-12-31"),
            on("2019-12-23", "finish", persons=6),
            on("2020-01-06", "verify"),
        ],
    ),
    (
        "body_reform",
        [
            on("2019-01-07", "issue", category="merge", due="2019-12-31"),
            on("2019-05-06", "finish", persons=50),
            on("2019-05-13", "end"),
        ],
    ),
    # Changed and published again: what it adds.
    (
        "publication",
        [
            on("2018-12-03", "register", category="policy", formed_on="2018-12-03"),
            on("2018-12-10", "publish", items=3, channel="website", secrecy="open"),
            on("2018-12-11", "file"),
            on("2019-02-11", "change", formed_on="2019-02-11"),
            on("2019-02-12", "publish", items=5, channel="website", secrecy="open"),
        ],
    ),
    (
        "publication",
        [
            on("2019-03-04", "register", category="news", formed_on="2019-03-04"),
            on("2019-03-05", "publish", items=40, channel="board", secrecy="part"),
        ],
    ),
    (
        "publication",
        [
            on("2019-03-04", "register", category="news", formed_on="2019-03-04"),
            on("2019-03-05", "publish", items=900, channel="website", secrecy="open"),
            on("2019-03-06", "send_back", formed_on="2019-03-04"),
        ],
    ),
    (
        "publication",
        [
            on("2019-03-04", "register", category="people", formed_on="2019-03-04"),
            on("2019-03-05", "withhold", secrecy="closed"),
        ],
    ),
    *(
        (
            "event",
            [
                on("2019-03-04", "plan", category=category, due="2019-12-31"),
                on("2019-04-01", "hold", sessions=sessions, people=10),
                *(
                    [on("2019-04-08", after, **({"due": "2020-06-30"} if after == "send_back" else {}))]
                    if after
                    else []
                ),
            ],
        )
        for category, sessions, after in (
            ("film", 2, "file"),
            ("film", 70, "send_back"),
            ("aid_urban", 1, ""),
            ("aid_rural", 3, "file"),
        )
    ),
    ("event", [on("2019-03-04", "plan", category="film", due="2019-12-31"), on("2019-03-05", "cancel")]),
    *(
        (
            "register",
            [
                on(f"{year}-03-04", "propose", category=category, kind=kind),
                on(f"{year}-03-05", "prove", proved="qualified"),
                on(f"{year}-03-06", "enter", days_saved=days),
                *([on(left, "strike_off")] if left else []),
            ],
        )
        for year, category, kind, days, left in (
            (2019, "scaled", "industry", 0, ""),
            (2019, "scaled", "trade", 0, "2019-11-04"),
            (2018, "scaled", "trade", 0, ""),
            (2018, "service_item", "legal_person", 6, ""),
            (2018, "service_item", "legal_person", 9, "2019-11-04"),
            (2019, "service_item", "legal_person", 4, ""),
            (2019, "service_item", "natural_person", 5, ""),
        )
    ),
    (
        "register",
        [
            on("2019-03-04", "propose", category="scaled", kind="industry"),
            on("2019-03-05", "prove", proved="not_qualified"),
            on("2019-03-06", "refuse"),
        ],
    ),
    *(
        (
            "audit",
            [
                on("2019-01-07", "plan", category=category, due="2019-12-31"),
                on("2019-02-11", "begin"),
                on("2019-03-04", "ask_comments"),
                on("2019-03-05", "comment"),
                *last,
            ],
        )
        for category, last in (
            (
                "accountability",
                [
                    on("2019-04-01", "report", problem_count=3, rectify_due="2019-12-31"),
                    on("2019-06-03", "rectify", solved_count=2),
                    on("2019-06-10", "send_back", rectify_due="2019-12-31"),
                    on("2019-07-01", "rectify", solved_count=3),
                    on("2019-07-08", "verify"),
                ],
            ),
            ("project", [on("2019-04-01", "report_clean")]),
            ("budget", [on("2019-04-01", "report", problem_count=2, rectify_due="2019-12-20")]),
            ("project", [on("2019-04-01", "end")]),
            ("project", [on("2020-01-06", "report", problem_count=8, rectify_due="2020-12-31")]),
        )
    ),
    # The work report's task is none of the livelihood programme's; one of these is checked in the next year.
    *(
        (
            "supervision",
            [
                on("2019-01-07", "issue_report", origin=origin, due="2019-12-31"),
                on("2019-01-08", "sign"),
                on("2019-11-04", "feed_back", completion="done"),
                on("2019-11-05", "pass_on"),
                on(f"{year}-01-06" if year > 2019 else "2019-11-06", "verify"),
                on(f"{year}-01-07" if year > 2019 else "2019-11-07", "strike_off"),
            ],
        )
        for origin, year in (("livelihood", 2019), ("livelihood", 2020), ("report", 2019))
    ),
]
"""Told by hand; ``YEARS`` of the test says what must come out, and why."""

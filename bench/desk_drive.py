"""Officers who open pages over HTTP, as a program of its own; prints JSON.

``python -m bench.desk_drive PLAN OFFICERS SECONDS THINK``: each officer is a thread with a kept connection and his own
session; he opens pages of the plan at random by their weights, and thinks in between.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 30
WARM = 15.0
"""Seconds that are not counted: workers start, caches fill."""


class Officer(threading.Thread):
    """One officer at work."""

    def __init__(self, plan: dict[str, Any], number: int, until: float, think: float) -> None:
        super().__init__(daemon=True)
        self.plan = plan
        self.session = plan["sessions"][number % len(plan["sessions"])]
        self.chance = random.Random(number)
        self.until = until
        self.think = think
        self.times: dict[str, list[float]] = defaultdict(list)
        self.failed: dict[str, int] = defaultdict(int)
        self.first_failure = ""

    def run(self) -> None:
        """Open pages until it is time to end."""
        where = urlsplit(self.plan["url"])
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=TIMEOUT)
        counted = time.monotonic() + WARM
        time.sleep(self.chance.random() * min(self.think, WARM))
        names = list(self.plan["pages"])
        weights = [self.plan["pages"][name]["weight"] for name in names]
        while time.monotonic() < self.until:
            name = self.chance.choices(names, weights)[0]
            address = self.chance.choice(self.session["addresses"][name])
            start = time.perf_counter()
            try:
                connection.request("GET", address, headers={"Cookie": self.session["cookie"], "Accept-Language": "zh"})
                answer = connection.getresponse()
                body = answer.read()
                wrong = "" if answer.status == 200 and body else f"{address}: {answer.status}"
            except (OSError, http.client.HTTPException) as error:
                wrong = f"{address}: {error!r}"
                connection.close()
            if time.monotonic() > counted:
                if wrong:
                    self.failed[name] += 1
                    self.first_failure = self.first_failure or wrong
                else:
                    self.times[name].append((time.perf_counter() - start) * 1000)
            time.sleep(self.chance.uniform(0.5, 1.5) * self.think)


def main() -> None:
    """Let all of them work, then tell."""
    plan = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    count, seconds, think = int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
    until = time.monotonic() + WARM + seconds
    people = [Officer(plan, number, until, think) for number in range(count)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    pages = {
        name: {
            "ms": [ms for one in people for ms in one.times[name]],
            "failed": sum(one.failed[name] for one in people),
        }
        for name in plan["pages"]
    }
    failure = next((one.first_failure for one in people if one.first_failure), "")
    json.dump({"pages": pages, "seconds": seconds, "first_failure": failure}, sys.stdout)


if __name__ == "__main__":
    main()

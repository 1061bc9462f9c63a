"""One client of a load as a program: a JSON request a line on standard input, its answer a line on standard output.

First it says ``ready``. A request ``{"mode", "cases"}`` carries that many cases through their whole life; the answer is
``{"seconds", "cpu"}``: wall and processor time. Imports nothing but the standard library, for every environment.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping

Work = Callable[[int], object]
"""Carries that many cases."""


def serve(works: Mapping[str, Work]) -> None:
    """Answer requests until standard input ends. Whatever else is printed goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with answers:
        answers.write('"ready"\n')
        for line in sys.stdin:
            request = json.loads(line)
            work = works[request["mode"]]
            start, cpu = time.perf_counter(), time.process_time()
            more = work(request["cases"])
            taken = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}
            answers.write(json.dumps({**taken, **(more if isinstance(more, dict) else {})}) + "\n")

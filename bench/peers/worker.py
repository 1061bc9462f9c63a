"""One peer as a program: a JSON request on standard input, a JSON answer on standard output.

Request ``{"tool", "text", "runs"}``; answer ``{"mentions", "seconds"}``. The seconds are processor time, the
least of the runs, without the import. Whatever the tool prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
import time

from bench.peers.tools import TOOLS


def main() -> None:
    """Answer one request."""
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    request = json.loads(sys.stdin.buffer.read())
    find = TOOLS[request["tool"]]()
    find(request["text"][:500])  # what a tool builds at its first call is no part of its speed
    times = []
    mentions: list[dict[str, object]] = []
    for _ in range(request["runs"]):
        start = time.process_time()
        mentions = find(request["text"])
        times.append(time.process_time() - start)
    with answer:
        json.dump({"mentions": mentions, "seconds": min(times)}, answer)


if __name__ == "__main__":
    main()

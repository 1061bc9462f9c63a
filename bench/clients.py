"""Clients of a load: programs that carry cases, run at once or in turns with others, and measured from outside."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.gold import ROOT


class ClientError(Exception):
    """A client ended; the text is the last of what it complained of."""


class Client:
    """One program that speaks :mod:`bench.peers.serve`."""

    def __init__(self, python: Path | str, module: str, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the client
        self._process = subprocess.Popen(
            [str(python), "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1", **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
        )

    def send(self, **request: Any) -> None:
        """Ask, without waiting for the answer."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None

    def answer(self) -> Any:
        """Wait for the next answer. Raises ClientError."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._ended()
        return json.loads(line)

    def _ended(self) -> ClientError:
        self._process.wait()
        self._log.seek(0)
        lines = self._log.read().decode(errors="replace").strip().splitlines()
        return ClientError(lines[-1] if lines else f"exit code {self._process.returncode}")

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
        self._log.close()


@dataclass(slots=True)
class Contender(AbstractContextManager["Contender"]):
    """What is measured in turns with others: ``clients`` that carry ``cases`` cases together, each its share."""

    name: str
    clients: Sequence[Client]
    mode: str
    cases: int
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    why: str = ""

    def turn(self) -> None:
        """Run once; what it reached is kept as cases a second, and as seconds of processor time a case."""
        share = self.cases // len(self.clients)
        start = time.perf_counter()
        for client in self.clients:
            client.send(mode=self.mode, cases=share)
        answers = [client.answer() for client in self.clients]
        seconds = time.perf_counter() - start
        self.rates.append(share * len(self.clients) / seconds)
        self.cpu.append(sum(one["cpu"] for one in answers) / (share * len(self.clients)))

    @property
    def rate(self) -> float | None:
        """Cases a second, the median of its turns."""
        return statistics.median(self.rates) if self.rates else None

    def times(self, other: Contender) -> float | None:
        """How many times as fast as ``other``: the median of the ratios, each of two turns next to each other."""
        pairs = [own / its for own, its in zip(self.rates, other.rates, strict=False)]
        return statistics.median(pairs) if pairs else None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self.clients:
            client.close()

    def __enter__(self) -> Self:
        return self


def ready(clients: Sequence[Client]) -> None:
    """Wait until each has said so. Raises ClientError."""
    for client in clients:
        client.answer()


def in_turns(contenders: Sequence[Contender], rounds: int) -> None:
    """Run all once to warm up, then ``rounds`` times, one after the other: what slows one slows its neighbours, too.

    A contender that ends is left out from then on, and says in ``why`` what it complained of.
    """
    for turn in range(rounds + 1):
        for one in contenders:
            if one.why:
                continue
            try:
                one.turn()
            except ClientError as error:
                one.why = str(error)
            if turn == 0:
                one.rates.clear()
                one.cpu.clear()

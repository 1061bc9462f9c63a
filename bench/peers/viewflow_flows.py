"""The flow as classes of django-viewflow; a module of an application, which it asks for."""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.models import Process

from bench.peers.flow import ACTS, BACK


def _nothing(*_: object, **__: object) -> None:
    """What a view would do; the bench drives activations itself."""


def _nodes(make: Any) -> dict[str, Any]:
    """A node for each act but the first, and gateways for the ways back."""
    nodes: dict[str, Any] = {}
    names = list(ACTS)
    for name, after in zip(names[1:], [*names[2:], "end"], strict=True):
        node = nodes[name] = make()
        if name in BACK:
            gate = f"{name}_well"
            node.Next(getattr(this, gate))
            gateway = flow.If(lambda activation: activation.process.data.get("back", False))
            nodes[gate] = gateway.Then(getattr(this, BACK[name])).Else(getattr(this, after))
        else:
            node.Next(getattr(this, after))
    nodes["end"] = flow.End()
    return nodes


def _start(activation: Any, data: dict[str, Any]) -> Any:
    activation.process.data = dict(data)
    return activation.process


def _run(activation: Any, data: dict[str, Any]) -> Any:
    activation.process.data = {**activation.process.data, **data}
    activation.process.save()
    return activation.process


class ByHandles(flow.Flow):  # type: ignore[misc]
    """Tasks that code executes."""

    process_class = Process
    record = flow.StartHandle(_start).Next(this.dispatch)
    locals().update(_nodes(lambda: flow.Handle(_run)))


class ByViews(flow.Flow):  # type: ignore[misc]
    """Tasks of people."""

    process_class = Process
    record = flow.StartHandle(_start).Next(this.dispatch)
    locals().update(_nodes(lambda: flow.View(_nothing)))

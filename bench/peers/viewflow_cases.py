"""The hotline flow on django-viewflow (AGPL) with its models on SQLite. A program apart, in ``.venv-bench-engines``.

What is kind to it: no rights, clocks, numbers, papers or chained entries are asked of it; one transaction an act.
``views``: tasks of people, each assigned, started and executed by an officer, as its views do. ``handles``: tasks that
code executes, without an officer: fewer writes.
"""

from __future__ import annotations

import sys
from typing import Any

import django
from django.conf import settings

PRAGMAS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768"

settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": sys.argv[1],
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": PRAGMAS},
            "CONN_MAX_AGE": None,
        }
    },
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "viewflow",
        "viewflow.workflow",
        "bench.peers",
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    SECRET_KEY="a bench's own",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402 - Django is set up above
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from viewflow.workflow import STATUS  # noqa: E402
from viewflow.workflow.models import Process  # noqa: E402

from bench.peers.flow import ACTS  # noqa: E402
from bench.peers.serve import serve  # noqa: E402
from bench.peers.viewflow_flows import ByHandles, ByViews  # noqa: E402


def carry(flow_class: Any, officer: User | None) -> None:
    """One case through its life."""
    process: Any = None
    for name, data in ACTS.items():
        with transaction.atomic(durable=True):
            if process is None:
                process = flow_class.record.run(data=data)
                continue
            process = Process.objects.get(pk=process.pk)
            task = process.task_set.get(flow_task=getattr(flow_class, name), status=STATUS.NEW)
            if officer is None:
                getattr(flow_class, name).run(task, data=data)
                continue
            with task.activation() as activation:
                activation.assign(officer)
                activation.start(None)
                activation.process.data = {**activation.process.data, **data}
                activation.process.save()
                activation.execute()
    process.refresh_from_db()
    if process.status != STATUS.DONE:
        raise ValueError(f"the flow did not end: {process.status}")


def main() -> None:
    """Serve."""
    call_command("migrate", verbosity=0)
    officer, _ = User.objects.get_or_create(username="officer")

    def work(cases: int, flow_class: Any, who: User | None) -> None:
        for _ in range(cases):
            carry(flow_class, who)

    serve({"views": lambda n: work(n, ByViews, officer), "handles": lambda n: work(n, ByHandles, None)})


if __name__ == "__main__":
    main()

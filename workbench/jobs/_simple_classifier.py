"""The baseline of a classification task: what counting words gets right on the same items, told once a task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.store import Store, simple_classifier
from workbench.store.runs import Task
from workbench.tasks.class_metrics import classes
from workbench.tasks.loaded import LoadedTask
from workbench.tasks.tfidf_baseline import tfidf_logistic

MOST = 5000  # items: more would keep the job waiting for minutes


def tell(store: Store, loaded: LoadedTask, task: Task, asked: Sequence[Sequence[Any]]) -> None:
    """Keep which items of the task it gets right, or why there is nothing to tell; no other task is touched.

    `asked`: the requests of each document.
    """
    if simple_classifier.told(store, task.hash):
        return
    items = [loaded.choices(doc, its) for doc, its in zip(loaded.docs, asked, strict=True)]
    if not classes(items):
        return
    if len(items) > MOST:
        simple_classifier.keep_reason(store, task.hash, f"{len(items)} items are more than {MOST}")
        return
    gold = [one for _, one in items]
    try:
        given = tfidf_logistic([loaded.question(doc) for doc in loaded.docs], gold)
    except ValueError as error:
        simple_classifier.keep_reason(store, task.hash, str(error))
        return
    simple_classifier.keep(store, task.hash, [one == right for one, right in zip(given, gold, strict=True)])

"""The baseline of a classification task: what counting words gets right on the same items, told once a task."""

from __future__ import annotations

from workbench.jobs._context import JobContext
from workbench.store import runs, simple_classifier
from workbench.store.runs import Run, Task
from workbench.tasks.class_metrics import classes
from workbench.tasks.loaded import LoadedTask
from workbench.tasks.tfidf_baseline import tfidf_logistic

MOST = 5000  # items: more would keep the next job waiting for minutes


def tell(context: JobContext, loaded: LoadedTask, task: Task, run: Run) -> None:
    """Keep which items of the finished run it gets right, or why there is nothing to tell; no other task is touched."""
    store = context.store
    if simple_classifier.told(store, task.hash):
        return
    answers = runs.answers(store, run.id)
    if not classes(answers):
        return
    if len(answers) > MOST:
        simple_classifier.keep_reason(store, task.hash, f"{len(answers)} items are more than {MOST}")
        return
    try:
        given = tfidf_logistic([loaded.question(doc) for doc in loaded.docs], [one.gold for one in answers])
    except ValueError as error:
        simple_classifier.keep_reason(store, task.hash, str(error))
        return
    simple_classifier.keep(store, task.hash, [one == answer.gold for one, answer in zip(given, answers, strict=True)])

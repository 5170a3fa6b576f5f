"""Workers of these tests end with the test that started them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import running

from workbench import launch
from workbench.store import Store


@pytest.fixture
def ended(store: Store) -> Iterator[None]:
    """No worker of this test's workspace outlives it, whoever started it."""
    yield
    running.end_workers(store)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A workspace for the tests of one file that ask different questions of the same jobs."""
    with running.other(tmp_path_factory.mktemp("shared") / "workspace") as store:
        yield store


@pytest.fixture(autouse=True)
def no_children_left() -> Iterator[None]:
    yield
    for child in launch._children:
        child.kill()
        child.wait()
    launch._children.clear()

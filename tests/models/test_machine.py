from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.models.machine import FILE, Machine, Settings, Speed, choose, cpus, measure, read, write


def machine(coarse: float = 100.0, **changes: object) -> Machine:
    """Four cores; float32 reads and draws 100 tokens a second a thread, bfloat16 `coarse`."""
    speeds = tuple(
        Speed(dtype, threads, rate * threads, rate * threads)
        for dtype, rate in (("float32", 100.0), ("bfloat16", coarse))
        for threads in (1, 2, 4)
    )
    here = Machine("", cpus(), "", None, False, busy=0.0, measured_at="2026-01-01T00:00:00.000+00:00", speeds=speeds)
    return replace(here, cpus=4, **changes)


@pytest.mark.parametrize(("busy", "threads"), [(0.0, 4), (0.4, 4), (1.0, 2), (2.2, 2), (3.0, 1), (9.0, 1)])
def test_busy_cores_are_left_alone(busy: float, threads: int) -> None:
    assert choose(machine(), busy).threads == threads


@pytest.mark.parametrize(("coarse", "dtype"), [(129.0, "float32"), (130.0, "bfloat16"), (50.0, "float32")])
def test_bfloat16_must_be_a_third_faster(coarse: float, dtype: str) -> None:
    assert choose(machine(coarse), 0.0).dtype == dtype


def test_more_threads_are_not_taken_where_they_are_slower() -> None:
    speeds = tuple(
        Speed(dtype, threads, 100.0 / threads, 100.0 / threads)
        for dtype in ("float32", "bfloat16")
        for threads in (1, 2)
    )
    assert choose(machine(speeds=speeds), 0.0).threads == 1


@pytest.mark.parametrize(("native", "dtype"), [(True, "bfloat16"), (False, "float32")])
def test_a_gpu_is_used_in_the_dtype_it_computes_in(native: bool, dtype: str) -> None:
    settings = choose(machine(gpu="some GPU", gpu_bfloat16=native), 0.0)
    assert (settings.device, settings.dtype) == ("cuda", dtype)


def test_scoring_and_training_stay_in_float32() -> None:
    assert Settings(dtype="bfloat16", threads=3).in_float32() == Settings(dtype="float32", threads=3)


def test_answers_take_the_time_of_reading_and_of_drawing() -> None:
    # 1 s reads 300 tokens, 3 s draw 300: 300 answer tokens in 4 s.
    assert Speed("float32", 1, prefill=300.0, decode=100.0).answers == pytest.approx(75.0)


@pytest.fixture
def measured() -> Machine:
    import platform
    from importlib.metadata import version

    return replace(machine(), host=platform.node(), cpus=cpus(), torch=version("torch"))


def test_a_measurement_is_kept(tmp_path: Path, measured: Machine) -> None:
    write(tmp_path, measured)
    assert read(tmp_path) == measured


def test_there_is_none_before_the_first(tmp_path: Path) -> None:
    assert read(tmp_path) is None


@pytest.mark.parametrize("change", [{"torch": "1.0"}, {"cpus": 999}, {"host": "another"}])
def test_one_of_other_circumstances_is_not_used(tmp_path: Path, measured: Machine, change: dict[str, object]) -> None:
    write(tmp_path, replace(measured, **change))
    assert read(tmp_path) is None


def test_hosts_that_share_a_cache_keep_their_own(tmp_path: Path, measured: Machine) -> None:
    write(tmp_path, measured)
    write(tmp_path, replace(measured, host="another"))
    assert read(tmp_path) == measured
    assert sorted(json.loads((tmp_path / FILE).read_text())) == sorted([measured.host, "another"])


def test_each_dtype_is_measured_with_one_thread_and_with_all() -> None:
    tried = {(speed.dtype, speed.threads) for speed in measure()}
    assert tried >= {(dtype, threads) for dtype in ("float32", "bfloat16") for threads in (1, cpus())}

"""Fits of the forecast take one thread."""

from threadpoolctl import threadpool_info

from sim.calibration.forecast.one_thread import one_thread


def _threads() -> list[int]:
    return [found["num_threads"] for found in threadpool_info() if found["user_api"] == "blas"]


def test_linear_algebra_has_one_thread_inside_and_its_own_number_afterwards() -> None:
    before = _threads()
    with one_thread():
        assert set(_threads()) == {1}
    assert _threads() == before

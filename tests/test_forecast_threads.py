"""A forecast takes one thread, and leaves those of the caller as they were."""

from sim.forecast import one_thread


def test_linear_algebra_has_one_thread_inside_and_its_own_number_afterwards() -> None:
    before = [getter() for _, getter in one_thread._controls()]
    with one_thread.one_thread():
        assert all(getter() == 1 for _, getter in one_thread._controls())
    assert [getter() for _, getter in one_thread._controls()] == before


def test_where_no_library_is_found_nothing_is_changed(monkeypatch) -> None:
    monkeypatch.setattr(one_thread, "_controls", lambda: ())
    with one_thread.one_thread():
        pass

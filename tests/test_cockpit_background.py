"""What the cockpit works on while one looks is what was asked last, and no fault ends it."""

from threading import Event

from sim.cockpit.background import Background


def test_what_was_asked_last_is_worked_on_and_what_came_before_is_dropped():
    background, begun, go, shown = Background(), Event(), Event(), list[str]()

    def long():
        begun.set()
        go.wait(20)
        yield "late"
        shown.append("not dropped")

    background.post(long(), shown.append)
    assert begun.wait(20)
    background.post(iter(["new"]), shown.append)
    go.set()
    assert background.wait(20)
    assert shown == ["new"]


def test_a_fault_is_shown_and_the_next_question_is_answered():
    background, shown = Background(), []
    background.post((1 / 0 for _ in range(1)), shown.append)
    assert background.wait(20)
    background.post(iter(["well"]), shown.append)
    assert background.wait(20)
    assert [type(one) for one in shown] == [ZeroDivisionError, str]

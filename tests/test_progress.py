"""A bar is drawn where it can be; where it cannot, the steps are done all the same."""

import io
import sys

import pytest

from lstm_helpers.files.progress import Bar


def test_a_bar_says_how_many_steps_are_done(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with Bar(total=7, unit="batch", mininterval=0) as bar:
        bar.update(3)
        bar.set_postfix(loss="0.5")
        assert "3/7" in sys.stderr.getvalue()
        assert "loss=0.5" in sys.stderr.getvalue()
        bar.update(4)
    assert "7/7" in sys.stderr.getvalue()


def test_without_a_place_the_steps_are_done(monkeypatch, unwritable):
    monkeypatch.setattr(sys, "stderr", unwritable)
    with Bar(total=7, mininterval=0) as bar:
        for _ in range(7):
            bar.update()
        bar.set_postfix(loss="0.5")
        bar.total = bar.n
    assert [*Bar("abc", mininterval=0)] == [*"abc"]


def test_a_place_may_go_meanwhile(unwritable, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    for at_its_end in (False, True):
        bar = Bar(total=7, mininterval=0)
        bar.fp, bar.sp = unwritable, bar.status_printer(unwritable)
        if not at_its_end:
            bar.update()
        bar.close()
        assert bar.disable


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_other_errors_come_through(monkeypatch, error):
    def fail(_):
        raise error

    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with Bar(total=7) as bar:
        with monkeypatch.context() as patch:
            patch.setattr(bar, "sp", fail)
            with pytest.raises(error):
                bar.display()
        assert not bar.disable

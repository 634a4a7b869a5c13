"""Bars: one a stage, with the time left, in a terminal only."""

from __future__ import annotations

import io

from needlens.progress import Bars


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_bar_a_stage_with_the_time_left() -> None:
    screen = Terminal()
    bars = Bars(screen)
    for stage in ("splitting", "encoding"):
        for done in range(11):
            bars(stage, done, 10)
    bars.close()
    shown = screen.getvalue()
    assert shown.index("splitting") < shown.index("encoding")
    assert "0/10" in shown
    assert "<" in shown  # time spent < time left


def test_quiet_where_nobody_looks() -> None:
    stream = io.StringIO()
    bars = Bars(stream)
    bars("splitting", 1, 2)
    bars.close()
    assert stream.getvalue() == ""

"""Results come in order, one made ahead and no more."""

import threading

import pytest

from needlens.encoders.ahead import ahead


def test_one_result_is_made_ahead_and_no_more() -> None:
    started = [threading.Event() for _ in range(5)]

    def make(item: int) -> int:
        started[item].set()
        return item * item

    made = ahead(make, range(5))
    assert next(made) == 0
    assert started[1].wait(5)
    assert not started[2].wait(0.1)
    assert list(made) == [1, 4, 9, 16]


def test_what_is_raised_comes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        list(ahead(lambda item: 1 // item, [1, 0, 2]))
    assert list(ahead(len, [])) == []

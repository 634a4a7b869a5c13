import pytest

from needlens.codebook.effective import effective, undone_by
from needlens.errors import UsageError


@pytest.mark.parametrize(
    ("undoes", "holds"),
    [
        ({}, []),
        ({1: None, 2: 1}, []),
        ({1: None, 2: 1, 3: 2}, [1]),
        ({1: None, 2: 1, 3: 2, 4: 3}, []),
        ({1: None, 2: 1, 3: 1, 4: 3}, []),
        ({4: None, 2: None}, [2, 4]),
    ],
)
def test_an_undo_counts_unless_it_is_undone(undoes: dict[int, int | None], holds: list[int]) -> None:
    assert effective(undoes) == holds


@pytest.mark.parametrize("undoes", [{1: 1}, {1: 2, 2: None}, {1: None, 2: 7}])
def test_an_undo_names_an_earlier_edit(undoes: dict[int, int | None]) -> None:
    with pytest.raises(UsageError, match="name an earlier edit"):
        effective(undoes)


@pytest.mark.parametrize(
    ("undoes", "by"),
    [
        ({1: None, 2: None}, {}),
        # Of two undos the last is named, unless it does not hold itself.
        ({1: None, 2: 1, 3: 1}, {1: 3}),
        ({1: None, 2: 1, 3: 1, 4: 3}, {1: 2, 3: 4}),
    ],
)
def test_an_undone_edit_knows_by_which(undoes: dict[int, int | None], by: dict[int, int]) -> None:
    assert undone_by(undoes) == by

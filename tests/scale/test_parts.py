"""Parts: whole or not there, and used again only for the same work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from needlens.scale.parts import Part, kept, key_of, made


def _writing(text: str) -> Callable[[Path], dict[str, int]]:
    return lambda path: {"letters": path.write_text(text)}


def _never(path: Path) -> dict[str, int]:
    message = f"{path} was to be used again"
    raise AssertionError(message)


def test_a_part_is_made_once(tmp_path: Path) -> None:
    part = Part(tmp_path / "stage" / "0", key_of("a"))
    assert kept(part) is None
    assert made(part, _writing("abc")) == made(part, _never) == kept(part) == {"letters": 3}
    assert sorted(path.name for path in part.path.parent.iterdir()) == ["0", "0.seal"]


@pytest.mark.parametrize(
    "damage", ["cut", "no seal", "half a seal", "no file", "other work", "a list as seal"]
)
def test_what_is_not_whole_or_not_the_same_work_is_made_again(damage: str, tmp_path: Path) -> None:
    part = Part(tmp_path / "0", key_of("a"))
    made(part, _writing("abc"))
    seal = tmp_path / "0.seal"
    if damage == "cut":
        part.path.write_text("ab")
    elif damage == "no seal":
        seal.unlink()
    elif damage == "half a seal":
        seal.write_text(seal.read_text()[:20])
    elif damage == "a list as seal":
        seal.write_text("[]")
    elif damage == "no file":
        part.path.unlink()
    else:
        part = Part(part.path, key_of("b"))
    assert kept(part) is None
    assert made(part, _writing("abcd")) == {"letters": 4}
    assert part.path.read_text() == "abcd"


def test_what_fails_leaves_nothing_that_counts(tmp_path: Path) -> None:
    part = Part(tmp_path / "0", key_of("a"))

    def half(path: Path) -> dict[str, int]:
        path.write_text("ab")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        made(part, half)
    assert kept(part) is None
    assert list(tmp_path.iterdir()) == []

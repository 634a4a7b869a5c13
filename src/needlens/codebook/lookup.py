"""Which text, and which theme, a person means."""

from __future__ import annotations

from difflib import get_close_matches

import pandas as pd

from needlens.errors import UsageError
from needlens.reading.cells import unguarded
from needlens.reading.values import shown
from needlens.schema import REASON_ID, TEXT, THEME_ID


class Texts:
    """Texts of a study, found by reason id or by the text itself.

    Parameters
    ----------
    reasons
        Columns ``reason_id``, ``text`` and ``informative``.

    Examples
    --------
    >>> reasons = pd.DataFrame({"reason_id": ["r1"], "text": ["It is light"], "informative": [True]})
    >>> Texts(reasons).find("r1")
    'It is light'
    """

    def __init__(self, reasons: pd.DataFrame) -> None:
        rows = zip(*(reasons[name].tolist() for name in (REASON_ID, TEXT, "informative")), strict=True)
        self._by_id = {str(reason): (str(text), bool(says)) for reason, text, says in rows}
        self._texts = {text for text, says in self._by_id.values() if says}

    def find(self, name: str) -> str:
        """Return the text meant by a reason id or a text, as they are or as a CSV file of the study has them.

        Raises
        ------
        UsageError
            There is none, it says nothing, or the id of one reason is the text of another.
        """
        if name not in self._by_id and name not in self._texts:
            name = unguarded(name)
        text, says = self._by_id.get(name, (name, name in self._texts))
        if name in self._texts and text != name:
            message = (
                f"{shown(name)} is the id of one reason and the text of another; name the other one's id"
            )
            raise UsageError(message)
        if says:
            return text
        if name in self._by_id or any(text == name for text, _ in self._by_id.values()):
            message = f"the reason {shown(name)} says nothing, so that it has no theme; name another"
            raise UsageError(message)
        alike = sorted(text for text in self._texts if _plain(text) == _plain(name))
        hint = f"; did you mean {shown(alike[0])}?" if alike else "; it must stand as in reasons.parquet"
        message = f"there is no reason with the id or the text {shown(name)}{hint}"
        raise UsageError(message)


class ThemeNames:
    """Themes of a study, found by id or by label.

    Parameters
    ----------
    themes
        Columns ``theme_id``, ``label``, ``scale``.
    main_scale
        Scale whose themes can be merged, split and moved to.

    Examples
    --------
    >>> themes = pd.DataFrame({"theme_id": [1, 2], "label": ["Light", "Quiet"], "scale": [0, 0]})
    >>> names = ThemeNames(themes, 0)
    >>> names.find("2"), names.find("Light")
    (2, 1)
    """

    def __init__(self, themes: pd.DataFrame, main_scale: int) -> None:
        columns = (themes[name].tolist() for name in (THEME_ID, "label", "scale"))
        rows = list(zip(*columns, strict=True))
        self._labels = {int(theme): str(label) for theme, label, _ in rows}
        self._main = {int(theme) for theme, _, scale in rows if scale == main_scale}

    def call(self, theme: int, label: str) -> None:
        """Take note of a theme's new label, or of a new theme of the main scale."""
        if theme not in self._labels:
            self._main.add(theme)
        self._labels[theme] = label

    def find(self, name: str, *, any_scale: bool = False) -> int:
        """Return the id of the theme meant by an id or a label, as they are or as ``themes.csv`` has them.

        An id need not be that of a theme that is there now: it may come back.

        Raises
        ------
        UsageError
            No theme, or several, are called so, or it is one of another scale where that will not do.
        """
        word = name.strip()
        if word not in self._labels.values():
            word = unguarded(word)
        found = [theme for theme, label in self._labels.items() if label == word]
        number = int(word) if word.isascii() and word.isdigit() else 0
        if number and number not in found and (number in self._labels or not found):
            found.append(number)
        fit = [theme for theme in found if any_scale or theme in self._main or theme not in self._labels]
        if len(fit) == 1:
            return fit[0]
        if fit:
            which = ", ".join(str(theme) for theme in sorted(fit))
            message = f"several themes are called {shown(word)}: name one of {which} by its id"
        elif found:
            message = (
                f"theme {shown(word)} is not of the main scale; only its name and description can change"
            )
        else:
            close = get_close_matches(word, sorted(set(self._labels.values())))
            hint = f"; did you mean {' or '.join(map(shown, close))}?" if close else ""
            message = f"there is no theme with the id or the label {shown(word)}{hint}"
        raise UsageError(message)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()

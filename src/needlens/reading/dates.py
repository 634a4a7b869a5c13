"""A column of dates: ISO 8601, or another way of writing that fits the whole column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Final

from needlens.reading.table import Cell, Table
from needlens.reading.values import as_string, shown

_ISO: Final = re.compile(r"(\d{4}-\d\d-\d\d|\d{8})([T ].+)?", re.ASCII)
_CLOCK: Final = r"(?:,? +(?P<hour>\d{1,2}):(?P<minute>\d\d)(:(?P<second>\d\d))?( ?(?P<half>[AP])M)?)?"
_NUMERIC: Final = re.compile(
    r"(?P<one>\d{1,2})(?P<mark>[/.-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4})" + _CLOCK,
    re.ASCII | re.IGNORECASE,
)
_WORDED: Final = tuple(
    re.compile(words + r" +(?P<year>\d{4})" + _CLOCK, re.ASCII | re.IGNORECASE)
    for words in (
        r"(?P<day>\d{1,2})\.? +(?P<month>[a-z]{3,9})\.?,?",
        r"(?P<month>[a-z]{3,9})\.? +(?P<day>\d{1,2}),?",
    )
)
_MONTHS: Final = {
    written: number
    for number, name in enumerate(
        (
            *("january", "february", "march", "april", "may", "june"),
            *("july", "august", "september", "october", "november", "december"),
        ),
        start=1,
    )
    for written in (name, name[:3], name[:4])
}
"""English whatever the computer's own language is, so that a file reads the same everywhere."""

_ADVICE: Final = "write dates as 2025-03-31"


def read_dates(table: Table, column: str) -> tuple[list[datetime | None], str | None]:
    """Read a column of dates, all written in one way.

    That way is ISO 8601 (or cells that are dates already); or ``31 March 2025`` or
    ``March 31, 2025``; or numbers parted by ``/``, ``.`` or ``-`` that end in a year of four
    digits, where the column as a whole must tell whether day or month comes first.

    Parameters
    ----------
    table, column
        Where the cells stand.

    Returns
    -------
    dates : list of datetime or None
        Without a time zone: times with an offset are turned into UTC.
    note : str or None
        How the dates were read, if that had to be found out.

    Raises
    ------
    InputError
        A cell is no date, is written unlike the others, or could be two dates.

    Examples
    --------
    >>> table = Table({"day": ["1/4/2025", "31/3/2025"]}, [2, 3], ("a.csv",))
    >>> dates, note = read_dates(table, "day")
    >>> [str(day.date()) for day in dates], note
    (['2025-04-01', '2025-03-31'], "column 'day' read day first, as in 31/03/2025")
    """
    cells = table.columns[column]
    ways: dict[str, int] = {}
    for record, cell in enumerate(cells):
        way = _way(cell)
        if way is None:
            message = f"{shown(cell)} is not a date; {_ADVICE}"
            raise table.error(message, record=record, column=column)
        if way:
            ways.setdefault(way, record)
    if len(ways) > 1:
        first, second = sorted(ways.values())[:2]
        message = f"{shown(cells[second])} is written unlike {shown(cells[first])} above; {_ADVICE}"
        raise table.error(message, record=second, column=column)
    way = next(iter(ways), "iso")
    if way == "iso":
        return _read_all(table, column, _read_iso), None
    if way == "worded":
        return _read_all(table, column, _read_worded), None
    return _read_in_one_order(table, column)


def _way(cell: Cell) -> str | None:
    """Name the way a cell is written: "" for a missing cell, ``None`` for what is no date."""
    if isinstance(cell, date):
        return "iso"
    try:
        text = (as_string(cell) or "").strip()
    except TypeError:
        return None
    if not text or _ISO.fullmatch(text):
        return "iso" if text else ""
    if any(pattern.fullmatch(text) for pattern in _WORDED):
        return "worded"
    match = _NUMERIC.fullmatch(text)
    return match["mark"] if match else None


def _read_all(table: Table, column: str, read: Callable[[Cell], datetime]) -> list[datetime | None]:
    cells = table.columns[column]
    dates = _read_until_unreadable(cells, read)
    if len(dates) < len(cells):
        message = f"{shown(cells[len(dates)])} is not a date; {_ADVICE}"
        raise table.error(message, record=len(dates), column=column)
    return dates


def _read_until_unreadable(cells: Sequence[Cell], read: Callable[[Cell], datetime]) -> list[datetime | None]:
    dates: list[datetime | None] = []
    for cell in cells:
        try:
            dates.append(read(cell) if as_string(cell) else None)
        except (ValueError, OverflowError):
            break
    return dates


def _read_iso(cell: Cell) -> datetime:
    if isinstance(cell, datetime):
        moment = datetime.combine(cell.date(), cell.time(), cell.tzinfo)
    elif isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    else:
        moment = datetime.fromisoformat(str(as_string(cell)).strip())
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _read_worded(cell: Cell) -> datetime:
    text = str(cell).strip()
    match = next(found for pattern in _WORDED if (found := pattern.fullmatch(text)))
    return _moment(match, _MONTHS.get(match["month"].lower(), 0), int(match["day"]))


def _read_numeric(cell: Cell, *, month: str, day: str) -> datetime:
    match = _NUMERIC.fullmatch(str(cell).strip())
    if match is None:
        raise ValueError(cell)
    return _moment(match, int(match[month]), int(match[day]))


def _moment(match: re.Match[str], month: int, day: int) -> datetime:
    hour, half = int(match["hour"] or 0), match["half"]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(match[0])
        hour = hour % 12 + 12 * (half in "Pp")
    minute, second = int(match["minute"] or 0), int(match["second"] or 0)
    return datetime(int(match["year"]), month, day, hour, minute, second)


def _read_in_one_order(table: Table, column: str) -> tuple[list[datetime | None], str]:
    """Read days and months in the only order that gives dates to the whole column."""
    cells = table.columns[column]
    day_first = _read_until_unreadable(cells, partial(_read_numeric, month="two", day="one"))
    month_first = _read_until_unreadable(cells, partial(_read_numeric, month="one", day="two"))
    dates = max(day_first, month_first, key=len)
    if len(dates) < len(cells):
        record = len(dates)
        problem = "is not a date"
        if len(day_first) != len(month_first):
            problem += " with day and month in the order of those above"
    elif len(day_first) == len(month_first) and day_first != month_first:
        record = next(i for i, day in enumerate(day_first) if day != month_first[i])
        problem = "could be day first or month first, and no date of the column decides"
    else:
        order = "day first, as in 31/03/2025"
        if dates is month_first:
            order = "month first, as in 03/31/2025"
        return dates, f"column {shown(column)} read {order}"
    message = f"{shown(cells[record])} {problem}; {_ADVICE}"
    raise table.error(message, record=record, column=column)

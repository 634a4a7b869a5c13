"""What can go wrong, as types: one root, one class a kind of failure, one sentence each."""

from __future__ import annotations


class NeedlensError(Exception):
    """Root of every error needlens raises on purpose; the message is one sentence a user can act on."""


class InputError(NeedlensError):
    """An input was rejected: the message names the file and, where they apply, the row and the column.

    Rows are counted as a spreadsheet shows them: the header is row 1. For JSON Lines the row is the line.

    Examples
    --------
    >>> str(InputError("no column 'txt'", file="a.csv", row=3, column="txt"))
    "a.csv, row 3, column 'txt': no column 'txt'"
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        self.file, self.row, self.column = file, row, column
        place = [
            part
            for part in (
                file,
                f"row {row}" if row is not None else None,
                f"column {column!r}" if column is not None else None,
            )
            if part is not None
        ]
        super().__init__(f"{', '.join(place)}: {message}" if place else message)


class UsageError(NeedlensError):
    """The call itself does not make sense (options that exclude each other, a value out of range)."""


class EncoderError(NeedlensError):
    """A text encoder is missing, cannot be loaded, or is not the one its digest promises."""


class StudyError(NeedlensError):
    """A study folder cannot be written or read: another study, a full disk, a missing table."""


class MissingExtraError(NeedlensError):
    """An optional library is needed; the message says which extra installs it.

    Examples
    --------
    >>> str(MissingExtraError("bertopic"))
    "this needs the optional 'bertopic' extra: pip install 'needlens[bertopic]'"
    """

    def __init__(self, extra: str) -> None:
        super().__init__(f"this needs the optional {extra!r} extra: pip install 'needlens[{extra}]'")

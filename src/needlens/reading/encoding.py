"""Which encoding the bytes of a text file are in: byte-order mark, UTF-8, else a guess."""

from __future__ import annotations

import codecs
from typing import Final

from needlens.errors import InputError

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY_SIGNATURES: Final = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
)
_LEGACY: Final = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("mac_roman", "koi8_r", "cp932", "euc_jp", "gb18030", "big5", "cp949"),
)
"""What spreadsheets are saved in if not in UTF-8; where the evidence ties, the first wins."""

NOT_A_TABLE: Final = "is not a text table; needlens reads CSV, TSV, JSON Lines, Parquet and Excel"


def detect_encoding(data: bytes, *, file: str) -> str:
    r"""Name the encoding of a text file.

    The answer does not depend on the order of the lines: a guess looks at the distinct lines
    that are not plain ASCII, sorted.

    Parameters
    ----------
    data
        The whole file.
    file
        Its name, for messages.

    Returns
    -------
    str
        Name of a Python codec that decodes `data` without error. Unicode encodings are certain
        (``utf-8``, ``utf-8-sig``, ``utf-16``, ``utf-32``); any other name is a guess.

    Raises
    ------
    InputError
        The file is binary, is UTF-8 but for some lines, or fits no known encoding.

    Examples
    --------
    >>> detect_encoding("Très bon café, à l’heure".encode("cp1252"), file="reviews.csv")
    'cp1252'
    """
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            if not _decodes(data, codec):
                message = f"starts as {codec.upper()} but is damaged; save the file as UTF-8"
                raise InputError(message, file=file)
            return codec
    if data.startswith(_BINARY_SIGNATURES) or b"\0" in data:
        raise InputError(NOT_A_TABLE, file=file)
    if _decodes(data, "utf-8"):
        return "utf-8"
    _reject_damaged_utf8(data, file)
    guess = _best_guess(data)
    if guess is None:
        message = "its encoding is not known; save it as UTF-8"
        raise InputError(message, file=file)
    return guess


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _reject_damaged_utf8(data: bytes, file: str) -> None:
    """Refuse a UTF-8 file with some foreign lines: any one encoding would garble the rest of it."""
    special = [(line, text) for line, text in enumerate(data.split(b"\n"), 1) if not text.isascii()]
    foreign = [line for line, text in special if not _decodes(text, "utf-8")]
    if len(foreign) < len(special) / 2:
        message = f"line {foreign[0]} is not UTF-8 although most of the file is; save the file as UTF-8"
        raise InputError(message, file=file)


def _best_guess(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    evidence = b"\n".join(sorted({line for line in data.splitlines() if not line.isascii()}))
    ranked = [
        (match.chaos, -match.coherence, _LEGACY.index(codec))
        for match in from_bytes(evidence, cp_isolation=list(_LEGACY))
        for codec in match.could_be_from_charset
        if codec in _LEGACY and _decodes(data, codec)
    ]
    return _LEGACY[min(ranked)[-1]] if ranked else None

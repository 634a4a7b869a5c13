"""Encodings: what is certain, what is guessed, what is refused."""

from __future__ import annotations

import random

import pytest

from needlens.errors import InputError
from needlens.reading.encoding import detect_encoding

ENGLISH = "text\nI don’t like it: it’s heavy\nNice café – I paid 5 € for it\n"
GERMAN = "text\nDas Gerät ist überhaupt nicht schön, größer als gedacht\nGute Qualität für den Preis\n"
FRENCH = "text\nTrès bon produit, livré à l’heure\nun peu cher à l’achat, mais ça marche\n"
POLISH = "text\nBardzo dobra jakość, świetny zegarek, żałuję że nie kupiłem wcześniej\n"
RUSSIAN = "text\nОчень хороший товар, рекомендую всем\nПлохое качество\n"
JAPANESE = "text\nとても良い商品です。また買いたいと思います。\n壊れていました\n"
CHINESE = "text\n质量很好,物流也很快,推荐购买\n不好用,退货了\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_recognised(codec: str) -> None:
    data = (GERMAN + JAPANESE + "😀").encode(codec)
    assert detect_encoding(data, file="a.csv") == codec


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (ENGLISH, "cp1252"),
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
        ("text\ncafé\n", "cp1252"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gb18030"),
    ],
)
def test_a_guess_decodes_to_the_very_text(text: str, codec: str) -> None:
    data = text.encode(codec)
    assert data.decode(detect_encoding(data, file="a.csv")) == text


def test_a_guess_does_not_depend_on_the_order_of_lines() -> None:
    lines = (FRENCH + GERMAN + ENGLISH).encode("cp1252").splitlines()
    guesses = set()
    for seed in range(5):
        random.Random(seed).shuffle(lines)
        guesses.add(detect_encoding(b"\n".join(lines), file="a.csv"))
    assert guesses == {"cp1252"}


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\nxx", b"%PDF-1.7\n", b"GIF89a", b"\xff\xd8\xff\xe0", b"\x1f\x8b\x08", b"a\0b"],
)
def test_binary_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^a\.csv: is not a text table; needlens reads CSV, TSV"):
        detect_encoding(data, file="a.csv")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("é\nà\nbroken ".encode() + b"\xe9\n", "a.csv: line 3 is not UTF-8 although most of the"),
        ("abc".encode("utf-16") + b"x", "a.csv: starts as UTF-16 but is damaged"),
        (b"\xef\xbb\xbftext\n\xff", "a.csv: starts as UTF-8-SIG but is damaged"),
    ],
)
def test_damaged_unicode_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        detect_encoding(data, file="a.csv")
    assert str(caught.value).startswith(message)

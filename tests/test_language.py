"""Texts in other languages are seen, English ones raise no alarm."""

from __future__ import annotations

import pytest

from needlens.language import share_not_english

OTHERS = {
    "de": [
        "Die Batterie hält sehr lange und lädt schnell.",
        "Ich finde den Preis viel zu hoch.",
        "Das Gerät ist leicht und sehr leise.",
        "Der Kundenservice war leider nicht hilfreich.",
        "Es spart mir jeden Tag Zeit.",
    ],
    "fr": [
        "Le produit est facile à utiliser.",
        "La batterie ne tient pas assez longtemps.",
        "Je l'utilise tous les jours pour aller au travail.",
        "Le prix est trop élevé pour la qualité.",
        "Très bon rapport qualité prix, je recommande.",
    ],
    "es": [
        "La batería dura muy poco tiempo.",
        "Es muy fácil de usar y bastante barato.",
        "El servicio al cliente fue muy amable.",
        "Me ahorra dinero en el autobús.",
        "No me gusta el color de la carcasa.",
    ],
    "nl": [
        "Het apparaat is licht en erg stil.",
        "De batterij gaat lang mee en laadt snel op.",
        "Ik vind de prijs veel te hoog.",
        "De klantenservice was helaas niet behulpzaam.",
        "Het bespaart mij elke dag veel tijd.",
    ],
}

ENGLISH = [
    "cost, quality of photo, ease of use",
    "4 Mega Pixels, Excellent Value, Fast Response",
    "Excellent location next to Placa Catalunia and 5 min walk from Las Ramblas.",
    "i first bought a 6 gig nomad jukebox ( original ).",
    "It folds small, so I can take it on the train.",
    "for more info on digital cameras , go to the site .",
    "GREAT RECEPTION, LONG BATTERY LIFE, LIGHT WEIGHT",
    "my feet stayed dry all day long!!",
]


@pytest.mark.parametrize("code", OTHERS)
def test_other_languages_are_seen(code: str) -> None:
    check = share_not_english(OTHERS[code])
    assert (check.share, check.n, check.languages) == (1.0, 5, ((code, 5),))


def test_english_raises_no_alarm() -> None:
    check = share_not_english(ENGLISH)
    assert (check.share, check.n, check.languages) == (0.0, len(ENGLISH), ())


def test_short_texts_tell_nothing() -> None:
    check = share_not_english(["Sehr gut", "Très bien", "", "muy bien"])
    assert (check.share, check.low, check.high, check.n) == (0.0, 0.0, 1.0, 0)


def test_languages_come_commonest_first_and_the_order_of_texts_does_not_matter() -> None:
    texts = [*ENGLISH, *OTHERS["nl"][:2], *OTHERS["de"][:3], *OTHERS["es"][:2]]
    check = share_not_english(texts)
    assert check.languages == (("de", 3), ("es", 2), ("nl", 2))
    assert check == share_not_english(texts[::-1])


def test_many_texts_are_sampled() -> None:
    texts = [f"{text} {number}" for number in range(700) for text in ENGLISH]
    check = share_not_english(texts)
    assert check.n == 5_000
    assert check == share_not_english(texts[::-1])

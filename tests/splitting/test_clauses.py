"""Clauses: hand-made cases, one group a rule; "|" marks where a sentence is cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlens.splitting import clauses as module
from needlens.splitting.clauses import RULES, clauses


def cut(sentence: str) -> str:
    return " | ".join(sentence[start:end] for start, end in clauses(sentence))


CUT = [
    # semicolon
    "nice features; easy to use => nice features | easy to use",
    "PRICE; LIGHT; SIMPLE TO OPERATE => PRICE | LIGHT | SIMPLE TO OPERATE",
    # dash
    "Good features - nice design - sharp images => Good features | nice design | sharp images",
    "bulky – large – expensive => bulky | large | expensive",
    "Easy to clean -- the lid comes off => Easy to clean | the lid comes off",
    # contrast
    "It looks nice, but the lid is loose => It looks nice | the lid is loose",
    "It looks nice but will brake due to poor quality. => It looks nice | will brake due to poor quality.",
    "great pictures but poor battery => great pictures | poor battery",
    "It is fine, but when it rains it leaks => It is fine | when it rains it leaks",
    # addition
    "Great zoom plus good battery => Great zoom | good battery",
    "It is light also it is cheap => It is light | it is cheap",
    # and
    "It is so light and the kids love it => It is so light | the kids love it",
    "zoom could be better and battery life is limited => zoom could be better | battery life is limited",
    "It charges quickly and holds a charge all day. => It charges quickly | holds a charge all day.",
    "I use it to save money and it works great => I use it to save money | it works great",
    "Great pictures, and good battery => Great pictures | good battery",
    "Noisy, heads clog, and few programs can print => Noisy | heads clog | few programs can print",
    # comma
    "saves me money, keeps me fit and the kids love it => saves me money | keeps me fit | the kids love it",
    "The staff was friendly , breakfast was good => The staff was friendly | breakfast was good",
    "It has a small screen, great battery => It has a small screen | great battery",
    # enumeration
    "light, quiet, cheap to run => light | quiet | cheap to run",
    "Good image quality, 3x optical zoom, macro mode => Good image quality | 3x optical zoom | macro mode",
    "battery life, download speed => battery life | download speed",
    "heavy, expensive => heavy | expensive",
    "Small, light and cheap. => Small | light | cheap.",
    "It's light, quiet and cheap to run => It's light | quiet | cheap to run",
    "I love the size, weight and price => I love the size | weight | price",
    "easy to learn and use, small, light => easy to learn and use | small | light",
    "loud, takes a long time to warm up => loud | takes a long time to warm up",
    "Small, light weight, 1,000 songs => Small | light weight | 1,000 songs",
    "light,cheap,sturdy => light | cheap | sturdy",
    "No zoom, no flash => No zoom | no flash",
    "Not easy to operate, eats batteries => Not easy to operate | eats batteries",
]

WHOLE = [
    # What ties a means to its end stays in one reason.
    "I like it because it is light and it saves money",
    "It is small, so that it fits in my bag, and the battery lasts",
    "The battery lasts all day, which means I can leave the charger at home",
    "It folds, so I can take it on the train",
    "It is light and that makes it easy to carry",
    "I bought it to lose weight and stay fit",
    "Since it is light, I take it everywhere",
    "It has big wheels, making it easy to push",
    "When I arrived, the staff was friendly",
    "It folds; so I can take it on the train",
    "light, so easy to carry",
    "good for travel because light, quiet, cheap",
    "I like it because it is light, quiet and cheap to run",
    "It is light and cheap, which is why I bought it, and it works",
    "It folds - so I can take it on the train",
    "Light to carry, to keep me fit",
    # One idea in several words.
    "light and quiet",
    "easy and fun",
    "bread and butter",
    "small but powerful",
    "not only cheap but also light",
    "Price and ease of use.",
    "a simple point and shoot camera",
    # Adjectives of one noun.
    "Sharp, crisp, pictures.",
    "Sharp, crisp pictures",
    "A cheaply-made, flimsy keyboard.",
    "The staff created a lovely, professional and very helpful atmosphere.",
    # One subject or one predicate for all.
    "The rooms were clean, comfortable and spacious.",
    "Reception, bar, and housekeeping staff were all helpful.",
    "the F, L and q keys don't work at all",
    "They offer a relaxation room with tea, snacks and water.",
    "The bag, a gift, is small",
    "The feel and looks of it",
    # A "no" that would be lost.
    "No zoom, flash or video",
    # Commas and semicolons that separate nothing.
    "It costs 1,000 dollars",
    "After two weeks, the battery died",
    "Overall, great phone",
    "black &amp; white prints",
    "I work on it daily (word, mail, photos)",
    'They call it "light, quiet, cheap"',
    "see http://a.com/b,c for more",
    "Great phone - just what I wanted",
    "A big plus is the screen",
    "wow",
]


@pytest.mark.parametrize("case", CUT)
def test_sentences_with_several_reasons(case: str) -> None:
    sentence, expected = case.split(" => ")
    assert cut(sentence) == expected


@pytest.mark.parametrize("sentence", WHOLE)
def test_sentences_with_one_reason(sentence: str) -> None:
    assert cut(sentence) == sentence


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("unit", ["a, ", "it is ", "and ", "a but b ", "(a ", '"a ', "- a ", "1,", "so "])
def test_no_sentence_takes_long(unit: str) -> None:
    sentence = (unit * (10_000 // len(unit))).strip()
    assert clauses(sentence)


SAID = [
    "it is light",
    "the kids love it",
    "great zoom",
    "quiet",
    "keeps me fit",
    "Handy",
    "sandy – ",
    "3",
    "LIGHT",
    "so",
]
JOINED = [
    ", ",
    "; ",
    " and ",
    " AND ",
    " but ",
    " pluſ ",
    " also ",
    " & ",
    " - ",
    " -- ",
    "—",
    " / ",
    " ",
    ": ",
    " and\u0345 ",
]
said = st.lists(st.tuples(st.sampled_from(SAID), st.sampled_from(JOINED)), min_size=1, max_size=6)


@given(said)
def test_rules_that_are_skipped_would_have_cut_nothing(pieces: list[tuple[str, str]]) -> None:
    sentence = "".join(word + joint for word, joint in pieces).strip()
    every = tuple(
        rule._replace(signs=frozenset({"word", "mark", "opaque", "dash", "slash"})) for rule in RULES
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "RULES", every)
        patch.setattr(module, "_SIGN", re.compile(""))
        slowly = clauses(sentence)
    assert clauses(sentence) == slowly

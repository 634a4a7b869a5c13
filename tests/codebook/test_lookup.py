import pandas as pd
import pytest

from needlens.codebook.lookup import Texts, ThemeNames
from needlens.errors import UsageError


def test_an_id_that_is_also_another_text_is_ambiguous() -> None:
    reasons = pd.DataFrame({"reason_id": ["7", "8"], "text": ["8", "Fine"], "informative": [True, True]})
    texts = Texts(reasons)
    assert texts.find("7") == "8"
    with pytest.raises(UsageError, match="'8' is the id of one reason and the text of another"):
        texts.find("8")


def test_a_label_can_look_like_an_id() -> None:
    themes = pd.DataFrame({"theme_id": [1, 2], "label": ["24", "1"], "scale": [0, 0]})
    names = ThemeNames(themes, 0)
    assert names.find("24") == 1
    with pytest.raises(UsageError, match="name one of 1, 2"):
        names.find("1")
    # One that is not there now may come back.
    assert names.find("3") == 3
    for word in ("0", "-1", "²", ""):
        with pytest.raises(UsageError, match="there is no theme"):
            names.find(word)

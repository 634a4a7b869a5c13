from pathlib import Path

import pandas as pd
import pytest

from needlens.codebook.lookup import Texts, ThemeNames
from needlens.errors import UsageError
from needlens.study.spreadsheet import write_csv


def test_an_id_that_is_also_another_text_is_ambiguous() -> None:
    reasons = pd.DataFrame({"reason_id": ["7", "8"], "text": ["8", "Fine"], "informative": [True, True]})
    texts = Texts(reasons)
    assert texts.find("7") == "8"
    with pytest.raises(UsageError, match="'8' is the id of one reason and the text of another"):
        texts.find("8")


@pytest.mark.parametrize("said", ["-50 % price", "+1 for it", "=cheap", "@home"])
def test_what_a_spreadsheet_would_compute_is_found_as_the_csv_files_write_it(
    said: str, tmp_path: Path
) -> None:
    write_csv(pd.DataFrame({"said": [said, f"{said}.1"]}), tmp_path / "said.csv")
    guarded, guarded_id = pd.read_csv(tmp_path / "said.csv", encoding="utf-8-sig")["said"]
    assert guarded == f"'{said}"
    texts = Texts(pd.DataFrame({"reason_id": [f"{said}.1"], "text": [said], "informative": [True]}))
    assert texts.find(guarded) == texts.find(guarded_id) == texts.find(said) == said
    names = ThemeNames(pd.DataFrame({"theme_id": [7], "label": [said], "scale": [0]}), 0)
    assert names.find(guarded) == names.find(said) == 7


def test_an_apostrophe_of_the_text_itself_stays() -> None:
    texts = ["'-50 %' it said", "-50 %' it said"]
    reasons = pd.DataFrame({"reason_id": ["a", "b"], "text": texts, "informative": [True, True]})
    assert [Texts(reasons).find(text) for text in texts] == texts
    names = ThemeNames(pd.DataFrame({"theme_id": [1, 2], "label": texts, "scale": [0, 0]}), 0)
    assert [names.find(text) for text in texts] == [1, 2]


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

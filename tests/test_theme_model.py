"""The search as an estimator: what scikit-learn asks, and the same themes as without it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from needlens.encoders.text_vectors import TextVectors
from needlens.theme_model import ThemeModel
from needlens.themes import ThemeSearch


def test_parameters_are_as_scikit_learn_wants_them() -> None:
    model = ThemeModel(7, n_neighbors=9, engine="bertopic", seed=4)
    parameters = {"n_themes": 7, "n_neighbors": 9, "engine": "bertopic", "seed": 4}
    assert model.get_params() == clone(model).get_params() == parameters
    assert ThemeModel().set_params(**parameters).get_params() == parameters
    with pytest.raises(NotFittedError):
        model.predict(np.eye(3))


def test_texts_in_and_themes_out_of_a_pipeline() -> None:
    texts = ["cheap to run", "low running costs", "light to carry", "weighs next to nothing", "quiet motor"]
    pipeline = make_pipeline(TextVectors(), ThemeModel(2))
    found = pipeline.fit_predict(texts)
    assert sorted(found.unique()) == [1, 2]
    assert pipeline.predict(texts[:2]).tolist() == found[:2].tolist()


def test_what_scikit_learn_expects_of_an_estimator() -> None:
    nullable_labels = "labels are a nullable array, since a row may have no theme"
    too_few = "refuses more themes than distinct rows, with an error of its own"
    check_estimator(
        ThemeModel(2, n_neighbors=5),
        expected_failed_checks={
            "check_clustering": nullable_labels,
            "check_fit_idempotent": nullable_labels,
            "check_fit2d_1sample": too_few,
            "check_fit2d_1feature": too_few,
        },
        on_skip=None,
    )


def test_the_plain_search_finds_the_same() -> None:
    rng = np.random.default_rng(0)
    rows = np.repeat(np.eye(8)[:4], 30, axis=0) + 0.1 * rng.standard_normal((120, 8))
    plain, model = ThemeSearch(seed=3).fit(rows), ThemeModel(seed=3).fit(rows)
    assert plain.labels_.tolist() == model.labels_.tolist()
    assert plain.structure_ == model.structure_
    assert np.array_equal(plain.placement_.points, model.placement_.points)


def test_a_run_needs_no_scikit_learn() -> None:
    code = """
import sys
import needlens.report.html, needlens.scale.run
print(sorted({"sklearn", "scipy.stats", "plotly", "bertopic"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

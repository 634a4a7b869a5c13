"""The search for themes as an estimator of scikit-learn."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from needlens.themes import ThemeSearch, at_unit_length, nullable


class ThemeModel(ClusterMixin, ThemeSearch, BaseEstimator):  # type: ignore[misc]
    """Find themes in vectors, at nested scales, and place new vectors on them.

    Parameters and attributes are those of :class:`needlens.themes.ThemeSearch`.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> centres = np.repeat(np.eye(8)[:4], 50, axis=0)
    >>> model = ThemeModel().fit(centres + 0.05 * rng.standard_normal((200, 8)))
    >>> model.structure_.found, len(model.labels_.unique())
    (True, 4)
    >>> bool((model.predict(centres[[0, 60]]) == model.labels_[[0, 60]]).all())
    True
    """

    def fit_predict(self, X: ArrayLike, y: object = None) -> pd.arrays.IntegerArray:
        """Fit and return ``labels_``: the theme of each row on the main scale, nullable."""
        return self.fit(X, y).labels_

    def predict(self, X: ArrayLike) -> pd.arrays.IntegerArray:
        """Theme of each row on the main scale: that of ``fit`` for fitted rows, else of the nearest ones.

        Returns
        -------
        IntegerArray
            Nullable Int64, shape (n,); null where there is no structure or nothing fitted is near.
        """
        check_is_fitted(self)
        rows = at_unit_length(validate_data(self, X, dtype=np.float32, reset=False))
        return nullable(self.placement_.place(rows)[0][self.main_scale_])

    def _checked(self, X: ArrayLike) -> NDArray[np.float32]:
        return cast(NDArray[np.float32], validate_data(self, X, dtype=np.float32))

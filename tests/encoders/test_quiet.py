"""What was silenced speaks again afterwards."""

import logging
import os
import warnings

import pytest
from huggingface_hub import constants
from huggingface_hub.utils.tqdm import are_progress_bars_disabled

from needlens.encoders.quiet import quiet


@pytest.mark.parametrize("parallelism", [None, "true"])
def test_settings_are_put_back(parallelism: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    from transformers.utils import logging as bars

    if parallelism is None:
        monkeypatch.delenv("TOKENIZERS_PARALLELISM", raising=False)
    else:
        monkeypatch.setenv("TOKENIZERS_PARALLELISM", parallelism)

    def settings() -> tuple[object, ...]:
        return (
            logging.getLogger("transformers").level,
            logging.getLogger("sentence_transformers").level,
            os.environ.get("TOKENIZERS_PARALLELISM"),
            constants.HF_HUB_DISABLE_TELEMETRY,
            are_progress_bars_disabled(),
            bars.is_progress_bar_enabled(),
            list(warnings.filters),
        )

    before = settings()
    with quiet():
        assert settings() != before
        warnings.warn("not an error here", stacklevel=1)
    assert settings() == before


def test_settings_are_put_back_after_a_failure() -> None:
    level = logging.getLogger("transformers").level
    with pytest.raises(ZeroDivisionError), quiet():
        raise ZeroDivisionError
    assert logging.getLogger("transformers").level == level

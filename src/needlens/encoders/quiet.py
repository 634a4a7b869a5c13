"""Keep the model libraries quiet while they work, and leave their settings as they were."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

_LOGGERS: Final = ("huggingface_hub", "sentence_transformers", "transformers")


@contextmanager
def quiet() -> Iterator[None]:
    """Silence the Hugging Face libraries (warnings, logs, bars, telemetry) in a ``with`` block.

    Import them before: what they set up while they are imported is theirs to keep.

    Examples
    --------
    >>> with quiet():
    ...     logging.getLogger("transformers").warning("not shown")
    """
    with ExitStack() as undo, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in _LOGGERS:
            logger = logging.getLogger(name)
            undo.callback(logger.setLevel, logger.level)
            logger.setLevel(logging.ERROR)
        undo.enter_context(tokenizer_without_threads())
        _silence_hub(undo)
        _silence_transformers(undo)
        yield


@contextmanager
def tokenizer_without_threads() -> Iterator[None]:
    """Keep the tokenizer from starting threads, after which it complains at every fork of the process.

    Examples
    --------
    >>> with tokenizer_without_threads():
    ...     os.environ["TOKENIZERS_PARALLELISM"]
    'false'
    """
    before = os.environ.get("TOKENIZERS_PARALLELISM")
    _set_variable("TOKENIZERS_PARALLELISM", "false")
    try:
        yield
    finally:
        _set_variable("TOKENIZERS_PARALLELISM", before)


def _silence_hub(undo: ExitStack) -> None:
    from huggingface_hub import constants
    from huggingface_hub.utils.tqdm import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    undo.callback(setattr, constants, "HF_HUB_DISABLE_TELEMETRY", constants.HF_HUB_DISABLE_TELEMETRY)
    constants.HF_HUB_DISABLE_TELEMETRY = True
    if not are_progress_bars_disabled():
        undo.callback(enable_progress_bars)
        disable_progress_bars()


def _silence_transformers(undo: ExitStack) -> None:
    bars = sys.modules.get("transformers.utils.logging")
    if bars is not None and bars.is_progress_bar_enabled():
        undo.callback(bars.enable_progress_bar)
        bars.disable_progress_bar()


def _set_variable(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value

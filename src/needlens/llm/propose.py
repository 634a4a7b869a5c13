"""Ask a language model about reasons: first what it would cost, then in batches, or from the cache."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from needlens.llm.cache import AnswerCache
from needlens.llm.endpoint import Endpoint, ask
from needlens.llm.proposals import Proposal, Rejected, Task, check, content_for, instructions_for
from needlens.needs.framework import Framework
from needlens.progress import Progress, silent

BATCH: Final = 20
"""Reasons a call."""

TOKENS_A_REASON: Final = 60
"""Tokens an answer may have for each reason."""

_CHARACTERS_A_TOKEN: Final = 3.5
"""Of English, rather too few than too many: an estimate that errs on the dear side."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What asking would take.

    Attributes
    ----------
    calls, cached
        Calls to the endpoint, and answers that are kept already.
    tokens_in, tokens_out
        Estimated for the former, and the most for the latter.
    cost
        In the currency of the prices given; None without.
    """

    calls: int
    cached: int
    tokens_in: int
    tokens_out: int
    cost: float | None

    def __str__(self) -> str:
        """One sentence to show before anything is asked.

        Examples
        --------
        >>> str(Estimate(2, 1, 1200, 2400, 0.0123))
        '2 calls (1 more answered before), about 1,200 tokens in and at most 2,400 out, at most 0.0123'
        """
        said = f"{self.calls} call{'s' * (self.calls != 1)} ({self.cached} more answered before), about "
        said += f"{self.tokens_in:,} tokens in and at most {self.tokens_out:,} out, "
        return said + ("cost not known: no prices given" if self.cost is None else f"at most {self.cost:.4f}")


@dataclass(frozen=True, eq=False, slots=True)
class Proposed:
    """What a language model proposed.

    Attributes
    ----------
    proposals, rejected
        As :func:`needlens.llm.proposals.check` gives them.
    calls, tokens_in, tokens_out
        What it took.
    """

    proposals: tuple[Proposal, ...]
    rejected: tuple[Rejected, ...]
    calls: int
    tokens_in: int
    tokens_out: int

    def to_frame(self) -> pd.DataFrame:
        """One row a proposal: ``reason_id``, ``task``, ``value``, ``quote``."""
        rows = [(one.reason_id, one.task, one.value, one.quote) for one in self.proposals]
        return pd.DataFrame(rows, columns=["reason_id", "task", "value", "quote"]).astype("str")

    def __repr__(self) -> str:
        return f"Proposed({len(self.proposals)} taken, {len(self.rejected)} rejected, {self.calls} calls)"


def estimate(
    endpoint: Endpoint,
    task: Task,
    reasons: Mapping[str, str],
    framework: Framework,
    *,
    cache: AnswerCache,
    prices: tuple[float, float] | None = None,
) -> Estimate:
    """Say what :func:`propose` would take; nothing is sent.

    Parameters
    ----------
    endpoint, task, reasons, framework, cache
        As there.
    prices
        Of a million tokens in and of a million out.
    """
    instructions = instructions_for(task, framework)
    calls = cached = tokens_in = tokens_out = 0
    for batch in _batches(reasons):
        content = content_for(batch)
        if cache.get(endpoint, instructions, content) is not None:
            cached += 1
            continue
        calls += 1
        tokens_in += round((len(instructions) + len(content)) / _CHARACTERS_A_TOKEN)
        tokens_out += TOKENS_A_REASON * len(batch)
    cost = None
    if prices is not None:
        cost = (tokens_in * prices[0] + tokens_out * prices[1]) / 1e6
    return Estimate(calls, cached, tokens_in, tokens_out, cost)


def propose(
    endpoint: Endpoint,
    task: Task,
    reasons: Mapping[str, str],
    framework: Framework,
    *,
    cache: AnswerCache,
    progress: Progress = silent,
    wait: Callable[[float], None] = time.sleep,
) -> Proposed:
    """Ask a language model for proposals.

    Parameters
    ----------
    endpoint
        Where.
    task
        ``"needs"``, ``"levels"`` or ``"statements"``.
    reasons
        Text of each reason by its id; only these texts are sent.
    framework
        Whose needs.
    cache
        Where answers are kept: what was asked before is not asked again, and an interrupted run resumes.
    progress
        Told how far the work is.
    wait
        Sleeps between attempts.

    Returns
    -------
    Proposed

    Raises
    ------
    LanguageModelError
        The endpoint does not answer; what it had answered is kept.
    """
    instructions = instructions_for(task, framework)
    batches = list(_batches(reasons))
    taken: list[Proposal] = []
    rejected: list[Rejected] = []
    calls = tokens_in = tokens_out = 0
    for done, batch in enumerate(batches, 1):
        content = content_for(batch)
        answer = cache.get(endpoint, instructions, content)
        if answer is None:
            most = TOKENS_A_REASON * len(batch)
            answer = ask(endpoint, instructions, content, most_tokens=most, wait=wait)
            cache.put(endpoint, instructions, content, answer)
            calls += 1
            tokens_in += answer.tokens_in
            tokens_out += answer.tokens_out
        found, refused = check(answer.text, task, dict(batch), framework)
        taken += found
        rejected += refused
        progress("asking", done, len(batches))
    return Proposed(tuple(taken), tuple(rejected), calls, tokens_in, tokens_out)


def _batches(reasons: Mapping[str, str]) -> list[Sequence[tuple[str, str]]]:
    items = sorted(reasons.items())
    return [items[start : start + BATCH] for start in range(0, len(items), BATCH)]

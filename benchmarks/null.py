"""Count how often themes are found where there are none, beside BERTopic's clustering and EVoC.

Run it from the repository root::

    python benchmarks/null.py DATA

DATA is the folder ``labelled_sets.py`` describes, with a pros_cons.csv: a column ``text``.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from labelled_sets import SETS, load_set
from numpy.typing import NDArray

from needlens.bertopic_bridge import umap_hdbscan
from needlens.dealt_words import WordTest, compare_with_dealt
from needlens.encoders.encoder import load_encoder
from needlens.encoders.vectors import encode_texts
from needlens.intervals import wilson
from needlens.theme_model import ThemeModel

NULLS = ["gaussian", "shuffled words", "template"]
SOURCES = [name for name in SETS if name != "clinc150, all"]
N_TEXTS = 250
REAL_SIZES = [100, 200, 400]

TEMPLATES = [
    "The {} number {} of my {} arrived",
    "I called {} about the {} on day {}",
    "Order {} was sent to {} by {}",
    "My {} and my {} cost {} together",
    "{} told {} that item {} was there",
]

NOTES = """\
- `gaussian`: points of a normal distribution with the mean and covariance of a labelled set's vectors, the
  sets in turn, brought to unit length. `shuffled words`: the words of 250 random texts of pros_cons.csv,
  pooled and handed out again at random; each text keeps its length. `template`: one sentence a corpus, five
  sentences in turn, its gaps filled with made-up words and numbers or, every other time, with random words of
  pros_cons.csv. 250 texts or points each.
- `real`: random texts of the labelled sets, 100, 200 or 400 of them: here themes should be found.
- `found`: share of corpora in which needlens says there are themes, as a study does: stability above that of
  clouds without groups, and texts more alike than with their words dealt at random (not for `gaussian`, which
  has no words). `clouds`, `dealt words`: share that passes either test by itself. In brackets 95 % Wilson
  intervals.
- The two others always answer with themes if they make any: the median number they make, its range, and the
  share of corpora with two or more. EVoC failed where it is said so.
"""


def gaussian(folder: Path, number: int) -> NDArray[np.float32]:
    """Points without groups, of the mean and covariance of real ones."""
    real = load_set(folder, SOURCES[number % len(SOURCES)]).weighed.astype(np.float64)
    rng = np.random.default_rng([1, number])
    drawn = rng.multivariate_normal(real.mean(axis=0), np.cov(real.T), size=N_TEXTS, method="svd")
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1)[:, None], dtype=np.float32)


def shuffled(folder: Path, number: int) -> list[str]:
    """Texts of real lengths and words, without any sense."""
    rng = np.random.default_rng([2, number])
    texts = _pros_and_cons(folder)
    own = [texts[at].split() for at in rng.choice(len(texts), N_TEXTS, replace=False)]
    words = rng.permutation([word for text in own for word in text]).tolist()
    ends = np.cumsum([len(text) for text in own])
    return [" ".join(words[end - len(text) : end]) for text, end in zip(own, ends, strict=True)]


def template(folder: Path, number: int) -> list[str]:
    """One sentence with random fillers."""
    rng = np.random.default_rng([3, number])
    known = sorted({word for text in _pros_and_cons(folder) for word in text.split() if word.isalpha()})

    def filler() -> str:
        if number % 2:
            return str(rng.choice(known))
        if rng.random() < 0.3:
            return str(rng.integers(1_000, 1_000_000))
        syllables = rng.integers(2, 5)
        return "".join(
            str(rng.choice(list("bdfgklmnprstvz"))) + str(rng.choice(list("aeiou"))) for _ in range(syllables)
        )

    sentence = TEMPLATES[number % len(TEMPLATES)]
    return [sentence.format(filler(), filler(), filler()) for _ in range(N_TEXTS)]


def _pros_and_cons(folder: Path) -> list[str]:
    texts: list[str] = pd.read_csv(folder / "pros_cons.csv")["text"].dropna().drop_duplicates().tolist()
    return texts


def texts_of(folder: Path, kind: str, number: int) -> list[str]:
    """Distinct texts of a corpus of a kind that has any."""
    if kind == "real":
        data = load_set(folder, SOURCES[number % len(SOURCES)])
        size = REAL_SIZES[number // len(SOURCES) % len(REAL_SIZES)]
        some = np.random.default_rng([4, number]).choice(len(data.texts), size, replace=False)
        return [data.texts[at] for at in some]
    return list(dict.fromkeys({"shuffled words": shuffled, "template": template}[kind](folder, number)))


def encoder_of(texts: Sequence[str]) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """What makes vectors in a study of these texts; none of them are kept."""
    encoder = load_encoder()
    weighing = encoder.with_token_weights(encoder.weigh_tokens(texts))
    return lambda some: encode_texts(some, weighing, cache=None, workers=1).matrix


def measure(folder: Path, kind: str, number: int) -> dict[str, Any]:
    """Everything found in one corpus."""
    words: WordTest | None = None
    if kind == "gaussian":
        vectors = gaussian(folder, number)
    else:
        texts = texts_of(folder, kind, number)
        encode = encoder_of(texts)
        vectors = encode(texts)
        words = compare_with_dealt(texts, vectors, encode, seed=number)
    model = ThemeModel(seed=number).fit(vectors, words=words)
    # Where the words speak against themes, the clouds are asked again by themselves.
    clouds = model if words is None or words.passed else ThemeModel(seed=number).fit(vectors)
    return {
        "kind": kind,
        "number": number,
        "n": len(vectors),
        "found": model.structure_.found,
        "clouds": clouds.structure_.found,
        "p_clouds": clouds.structure_.p_value,
        "excess": clouds.structure_.excess,
        "dealt": None if words is None else words.passed,
        "p_dealt": None if words is None else words.p_value,
        "BERTopic": max((part.n_groups for part in umap_hdbscan(vectors, seed=number)), default=0),
        "EVoC": evoc(vectors, number),
    }


def evoc(vectors: NDArray[np.float32], seed: int) -> int | None:
    """Count EVoC's themes; None where it fails."""
    from evoc import EVoC

    try:
        labels = EVoC(random_state=seed).fit_predict(vectors)
    except (ValueError, IndexError, ZeroDivisionError):
        return None
    return int(np.max(labels, initial=-1)) + 1


def run(folder: Path, jobs: list[tuple[str, int]]) -> pd.DataFrame:
    """Measure every corpus, two at a time."""
    rows = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        started = [pool.submit(measure, folder, kind, number) for kind, number in jobs]
        for done, future in enumerate(as_completed(started), start=1):
            rows.append(future.result())
            print(f"{done} of {len(jobs)}: {rows[-1]}", file=sys.stderr, flush=True)
    return pd.DataFrame(rows).sort_values(["kind", "number"], ignore_index=True)


def summarise(results: pd.DataFrame) -> pd.DataFrame:
    """One row a kind of corpus, and one of all without themes."""
    rows = []
    nulls = results[results["kind"] != "real"]
    kinds = [(kind, results[results["kind"] == kind]) for kind in NULLS]
    real = results[results["kind"] == "real"]
    sizes = [(f"real, {n} texts", own) for n, own in real.groupby("n")]
    for name, own in [*kinds, ("all without themes", nulls), *sizes]:
        if not len(own):
            continue
        row: dict[str, Any] = {"corpora": name, "n": len(own)}
        for test in ("found", "clouds", "dealt"):
            flags = own[test].dropna().astype(bool)
            low, high = wilson(float(flags.sum()), float(len(flags))) if len(flags) else (np.nan, np.nan)
            row |= {test: flags.mean(), f"{test}_low": low, f"{test}_high": high}
        for peer in ("BERTopic", "EVoC"):
            made = own[peer].dropna()
            row |= {
                f"{peer}_median": made.median(),
                f"{peer}_least": made.min(),
                f"{peer}_most": made.max(),
                f"{peer}_some": (made >= 2).mean(),
                f"{peer}_failed": int(own[peer].isna().sum()),
            }
        rows.append(row)
    return pd.DataFrame(rows)


def to_markdown(summary: pd.DataFrame, command: str) -> str:
    """The result file."""
    names = ["corpora", "n", "found", "clouds", "dealt words", "BERTopic's themes", "two or more"]
    names += ["EVoC's themes", "two or more"]
    lines = [f"| {' | '.join(names)} |", "| --- |" + " --: |" * (len(names) - 1)]
    for row in summary.to_dict("records"):
        cells = [str(row["corpora"]), str(row["n"])]
        for test in ("found", "clouds", "dealt"):
            low, high = row[f"{test}_low"], row[f"{test}_high"]
            known = not np.isnan(low)
            cells.append(f"{row[test]:.1%} [{low:.1%}, {high:.1%}]" if known else "not asked")
        for peer in ("BERTopic", "EVoC"):
            least, most = row[f"{peer}_least"], row[f"{peer}_most"]
            failed = f", failed {row[f'{peer}_failed']} times" if row[f"{peer}_failed"] else ""
            cells += [f"{row[f'{peer}_median']:.0f} ({least:.0f}–{most:.0f}){failed}"]
            cells += [f"{row[f'{peer}_some']:.0%}"]
        lines.append(f"| {' | '.join(cells)} |")
    packages = ", ".join(f"{name} {version(name)}" for name in ("needlens", "bertopic", "evoc"))
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {packages}"
    return "\n".join(["# Themes where there are none\n", f"`{command}` on {machine}.\n", NOTES, *lines, ""])


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--each", type=int, default=70, help="corpora of each kind without themes")
    parser.add_argument("--real", type=int, default=36, help="corpora of real texts")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    jobs = [(kind, number) for number in range(options.each) for kind in NULLS]
    results = run(options.data, [*jobs, *(("real", number) for number in range(options.real))])
    summary = summarise(results)
    command = f"python benchmarks/null.py DATA --each {options.each} --real {options.real}"
    options.out.write_text(to_markdown(summary, command), encoding="utf-8")
    record = {
        "command": command,
        "summary": json.loads(summary.to_json(orient="records", double_precision=6)),
    }
    rows = [json.dumps(row) for row in json.loads(results.to_json(orient="records", double_precision=6))]
    text = json.dumps(record, indent=1, ensure_ascii=False)[:-2] + ',\n "results": [\n'
    options.out.with_suffix(".json").write_text(text + ",\n".join(rows) + "\n]}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

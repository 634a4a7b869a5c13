"""A file of 10,000 texts from start to end: the command beside a script of a few lines."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd
from in_turns import summary

from needlens.encoders.weights import find_weights

N_TEXTS = 10_000
SCRIPT = """
import sys
import pandas as pd
from bertopic import BERTopic
from sentence_transformers import SentenceTransformer

model, source, target = sys.argv[1:]
table = pd.read_csv(source)
texts = table["text"].tolist()
encoder = SentenceTransformer(model, device="cpu")
topics = BERTopic(embedding_model=encoder)
table["topic"], _ = topics.fit_transform(texts)
table["name"] = table["topic"].map(topics.get_topic_info().set_index("Topic")["Name"])
table.to_csv(target, index=False)
"""


def process(data: Path, rounds: int) -> dict[str, Any]:
    """Seconds of the script, and of the command: cache empty, vectors there but another search, all there."""
    texts = pd.read_csv(data / "pros_cons.csv")["text"].dropna().drop_duplicates()
    texts = texts[~texts.str.contains(r"[\r\n]")].sample(N_TEXTS, random_state=0)
    seconds: dict[str, list[float]] = {"script": [], "cold": [], "search": [], "warm": []}
    cpu: dict[str, list[float]] = {name: [] for name in seconds}
    stages: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts.to_frame("text").to_csv(folder / "texts.csv", index=False)
        (folder / "plain.py").write_text(SCRIPT, encoding="utf-8")
        model = str(find_weights("default").folder)
        for number in range(rounds):
            command = ["-m", "needlens", "cluster", "texts.csv", "--text-column", "text", "--quiet"]
            runs = {
                "script": ["plain.py", model, "texts.csv", f"plain{number}.csv"],
                "cold": [*command, "--out", f"cold{number}"],
                "search": [*command, "--out", f"search{number}", "--seed", "1"],
                "warm": [*command, "--out", f"warm{number}"],
            }
            for way, arguments in runs.items():
                wall, used = _run(arguments, folder, folder / f"cache{number}")
                seconds[way].append(wall)
                cpu[way].append(used)
            told = json.loads((folder / f"warm{number}" / "study.json").read_text(encoding="utf-8"))
            stages.append(told["timings"])
    return {
        "n_texts": N_TEXTS,
        "times": {way: summary(own) for way, own in seconds.items()},
        "cpu": {way: summary(own) for way, own in cpu.items()},
        "warm_stages": {stage: summary([own[stage] for own in stages]) for stage in stages[0]},
    }


def _run(arguments: list[str], folder: Path, cache: Path) -> tuple[float, float]:
    environment = {**os.environ, "NEEDLENS_CACHE_DIR": str(cache)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

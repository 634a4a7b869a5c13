# ruff: noqa: E501 (rows of tables)
"""The figures of ``speed.json`` as a page for people."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

from speed_encoding import PLAIN

UNSTEADY = 3
"""Slowest round over fastest from which a ratio of speeds is not to be relied on."""

SLOWED = "Other work slowed some rounds to less than a third of others"


def page(found: Mapping[str, Any]) -> str:
    """Write the page of the parts there are."""
    parts = [made(found[name]) for name, made in _PARTS.items() if name in found]
    return "\n\n".join(["# Speed", *parts]) + "\n"


def _process(part: Mapping[str, Any]) -> str:
    times = part["times"]
    script = times["script"]["median"]
    rows = [
        f"| {name} | {times[way]['median']:.1f} s ({_spread(times[way])}) | {part['cpu'][way]['median']:.1f} s | "
        f"{script / times[way]['median']:.1f} × |"
        for way, name in (
            ("script", "sentence-transformers and BERTopic, defaults, to CSV"),
            ("cold", "`needlens cluster`, empty cache"),
            (
                "search",
                "`needlens cluster`, another `--seed`: words dealt and themes searched anew, the rest kept",
            ),
            ("warm", "`needlens cluster`, the same again: cuts, vectors and themes kept"),
        )
    ]
    stages = ", ".join(f"{name} {own['median']:.1f} s" for name, own in part["warm_stages"].items())
    head = ["| | median (least to most) | CPU | faster |", "|---|--:|--:|--:|"]
    said = (
        f"A file of {part['n_texts']:,} short texts (`pros_cons.csv`), each time a process of its own, from start to "
        f"end. needlens also cuts the texts into reasons, counts people with intervals and writes a report. Of the "
        f"last row: {stages}."
    )
    return "\n".join(["## A file from start to end", "", *_made_by(part), "", said, "", *head, *rows])


def _encoding(part: Mapping[str, Any]) -> str:
    times, n = part["times"], part["n_texts"]
    plain = times[PLAIN]["median"]
    peak = {
        kind: part["operations"]["product"] / times[f"product {kind}"]["median"] / 1e9
        for kind in ("fp32", "bf16")
    }
    rows = [
        f"| {PLAIN} | {n / plain:,.0f} ({_rates(times[PLAIN], n)}) | 1.0 × | | 1 | {_share(part, PLAIN, peak)} |"
    ]
    for name, cosine in part["cosine"].items():
        speed = n / times[name]["median"]
        chosen = " (chosen)" if name == part["chosen"] else ""
        rows.append(
            f"| {name}{chosen} | {speed:,.0f} ({_rates(times[name], n)}) | {plain / times[name]['median']:.1f} × | "
            f"{cosine['least']:.5f} | {cosine['mean']:.5f} | {_share(part, name, peak)} |"
        )
    head = [
        "| backend | texts a second (least to most) | faster | least cosine | mean | of the peak |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    agree = [
        f"- {name}: "
        + ", ".join(
            f"{own[f'seed {seed}']:.3f} (all scales {own[f'seed {seed}, scale by scale']:.3f})"
            for seed in range(3)
        )
        for name, own in part["ari_with_fp32"].items()
    ]
    said = (
        f"{n:,} questions of banking77's test part, 15 tokens each in the mean, {part['n_cores']} cores. Cosine: to the "
        f"first row's vectors. Peak: a product of two matrices of 2,048² by torch in the same run, "
        f"{peak['fp32']:,.0f} GFLOP/s in float32 and {peak['bf16']:,.0f} in bfloat16."
    )
    after = "Themes of the chosen backend's vectors against those of torch's in float32, adjusted Rand index, seeds 0 to 2:"
    return "\n".join(["## Encoding", "", *_made_by(part), "", said, "", *head, *rows, "", after, "", *agree])


def _fast(part: Mapping[str, Any]) -> str:
    times, n = part["times"], part["n_texts"]
    speeds = {name: n[name] / own["median"] for name, own in times.items()}
    said = (
        f"{speeds['fast']:,.0f} texts a second ({_rates(times['fast'], n['fast'])}) against {speeds[PLAIN]:,.0f} "
        f"({_rates(times[PLAIN], n[PLAIN])}) of {PLAIN}: {speeds['fast'] / speeds[PLAIN]:.0f} ×."
    )
    if _unsteady(times):
        said += f" {SLOWED}: the ratio tells little."
    head = ["| set | default, torch fp32 | fast | of it | BERTopic, defaults |", "|---|--:|--:|--:|--:|"]
    rows = []
    for name, own in part["ari"].items():
        full, quick, other = (
            _of_seeds(own, key) for key in ("default, torch fp32", "fast", "BERTopic, defaults")
        )
        share = own["median"]["fast"] / own["median"]["default, torch fp32"]
        rows.append(f"| {name} ({own['n_texts']:,} texts) | {full} | {quick} | {share:.2f} | {other} |")
    after = "Adjusted Rand index of the main scale with people's labels, median of the seeds (least to most)."
    return "\n".join(["## The fast encoder", "", *_made_by(part), "", said, "", *head, *rows, "", after])


def _batch(part: Mapping[str, Any]) -> str:
    rows = [
        f"| {tokens} | {part['n_texts'] / own['median']:,.0f} ({_rates(own, part['n_texts'])}) |"
        for tokens, own in part["times"].items()
    ]
    head = ["| tokens in a batch | texts a second (least to most) |", "|--:|--:|"]
    after = ["", f"{SLOWED}: small differences tell nothing."] if _unsteady(part["times"]) else []
    return "\n".join(["## Tokens in a batch", "", *_made_by(part), "", *head, *rows, *after])


_PARTS = {"encoding": _encoding, "fast": _fast, "process": _process, "batch": _batch}


def _share(part: Mapping[str, Any], name: str, peak: Mapping[str, float]) -> str:
    kind = "bf16" if name.endswith("bf16") else "fp32"
    done = part["operations"]["texts"] / part["times"][name]["median"] / 1e9
    return f"{done / peak[kind]:.0%} ({done:,.0f} GFLOP/s)"


def _unsteady(times: Mapping[str, Any]) -> bool:
    return any(max(own["seconds"]) > UNSTEADY * min(own["seconds"]) for own in times.values())


def _made_by(part: Mapping[str, Any]) -> list[str]:
    machine = part["machine"]
    libraries = ", ".join(
        f"{name} {own}" for name, own in machine.items() if name not in ("system", "processor")
    )
    return [f"`{part['command']}`; {machine['processor']}; {libraries}. The machine was not ours alone."]


def _spread(times: Mapping[str, Any]) -> str:
    return f"{min(times['seconds']):.1f} to {max(times['seconds']):.1f}"


def _rates(times: Mapping[str, Any], n: int) -> str:
    return f"{n / max(times['seconds']):,.0f} to {n / min(times['seconds']):,.0f}"


def _of_seeds(own: Mapping[str, Any], key: str) -> str:
    values = own["seeds"][key]
    return f"{statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})"

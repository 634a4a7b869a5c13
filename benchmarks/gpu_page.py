# ruff: noqa: E501 (rows of tables)
"""The figures of ``gpu.json`` as a page for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PLAIN = "sentence-transformers fp32, batches of 64"
"""What the others are compared with."""


def page(found: Mapping[str, Any]) -> str:
    """Write the page of the parts there are."""
    machine = found["machine"]
    versions = ", ".join(f"{name} {own}" for name, own in machine.items() if name not in ("gpu", "cores"))
    head = f"`{found['command']}`; {machine['gpu']}, {machine['cores']} cores; {versions}."
    parts = [made(found) for name, made in _PARTS.items() if name in found]
    return "\n\n".join(["# On an NVIDIA GPU", head, *parts]) + "\n"


def _encoding(found: Mapping[str, Any]) -> str:
    part, peak = found["encoding"], found["peak"]
    times, n = part["times"], part["n_texts"]
    plain = n[PLAIN] / times[PLAIN]["median"]
    rows = []
    for name, own in times.items():
        rate = n[name] / own["median"]
        spread = f"{n[name] / max(own['seconds']):,.0f} to {n[name] / min(own['seconds']):,.0f}"
        row = f"| {name} | {rate:,.0f} ({spread}) | {rate / plain:.1f} × |"
        if name in part["cosine"]:
            cosine = part["cosine"][name]
            row += f" {cosine['least']:.6f} | {cosine['mean']:.6f} | {_share(found, name, rate)} |"
            row += f" {part['memory'][name] / 2**20:,.0f} |"
        else:
            row += " | | | |"
        rows.append(row)
    flops = ", ".join(f"{kind} {own / 1e12:,.1f} TFLOP/s" for kind, own in peak["flops"].items())
    said = (
        f"{n[PLAIN]:,} texts (fewer on the processor), {part['tokens']:.0f} tokens each in the mean. Cosine: to the "
        f"first row's vectors. Peak: a product of two random matrices of {peak['square']:,}² by torch in the same "
        f"run, without TF32: {flops}. Memory: the most that torch had allocated, models of all rows included."
    )
    columns = "| | texts a second (least to most) | faster | least cosine | mean | of the peak | MiB |"
    return "\n".join(["## Encoding", "", said, "", columns, "|---|--:|--:|--:|--:|--:|--:|", *rows])


def _share(found: Mapping[str, Any], name: str, rate: float) -> str:
    if "processor" in name:
        return ""
    part = found["encoding"]
    done = part["operations"] / part["n_texts"][PLAIN] * rate
    peak = found["peak"]["flops"]["fp16" if "fp16" in name else "fp32"]
    return f"{done / peak:.1%} ({done / 1e12:.1f} TFLOP/s)"


def _batch(found: Mapping[str, Any]) -> str:
    part = found["batch"]
    rows = []
    for kind, own in part.items():
        for n_tokens, rates in own.items():
            if n_tokens != "chosen":
                chosen = " (chosen)" if own["chosen"] == int(n_tokens) else ""
                cells = " | ".join(f"{rate:,.0f}" for rate in rates.values())
                rows.append(f"| {kind} | {int(n_tokens):,}{chosen} | {cells} |")
    n = [f"{int(n):,} texts" for n in next(iter(next(iter(part.values())).values()))]
    columns = f"| | tokens in a batch | {' | '.join(n)} |"
    said = (
        "Texts a second, one run each, from above to below: the GPU was seldom asked before the first rows. Every length "
        "of text has its last batch filled up."
    )
    return "\n".join(["## Tokens in a batch", "", said, "", columns, "|---|--:|--:|--:|", *rows])


def _sizes(found: Mapping[str, Any]) -> str:
    part = found["sizes"]
    rows = [
        f"| cuda-{row['kind']} | {row['n']:,} | {row['encoding']:.2f} s | {row['n'] / row['encoding']:,.0f} | "
        f"{row['weighing']:.2f} s | {row['memory'] / 2**20:,.0f} |"
        for row in part["rows"]
    ]
    alone = ", ".join(f"{rate:,.0f} a second of {int(n):,}" for n, rate in part["tokens"].items())
    said = (
        f"Distinct texts made of halves of real ones, {part['tokens_a_text']:.0f} tokens each in the mean, by "
        f"`encode_texts` without the cache on disk, with tokens that weigh as they do in a study; one run each. "
        f"Cutting them into tokens alone: {alone}."
    )
    columns = "| | texts | encoding | texts a second | weighing tokens before | MiB |"
    return "\n".join(["## By number of texts", "", said, "", columns, "|---|--:|--:|--:|--:|--:|", *rows])


_PARTS = {"encoding": _encoding, "batch": _batch, "sizes": _sizes}

"""What it takes to encode a text."""

from __future__ import annotations


def operations(n_tokens: int, *, d: int = 384, layers: int = 6) -> int:
    """Floating-point operations of a text: products with weights, and of tokens with each other."""
    return layers * n_tokens * (24 * d * d + 4 * d * n_tokens)

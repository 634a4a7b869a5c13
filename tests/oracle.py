"""Ten ladders of six respondents, with all that follows from them worked out by hand."""

from needlens.ladders import Ladder

LEVELS = {
    "light": "attribute", "battery": "attribute", "carry": "functional", "anywhere": "functional",
    "free": "psychosocial", "noworry": "psychosocial", "AUTONOMY": "value", "SECURITY": "value",
}  # fmt: skip

LADDERS: list[Ladder] = [
    (who, tuple(rungs.split(">")))
    for who, rungs in (
        line.split(": ")
        for line in """
r1: light>carry>anywhere>free>AUTONOMY
r1: battery>anywhere>free
r2: light>carry>anywhere>AUTONOMY
r3: battery>noworry>SECURITY
r3: battery>anywhere>free>AUTONOMY
r4: battery>anywhere>noworry
r5: light>carry>free
r5: battery>noworry>SECURITY
r6: light>anywhere>free>AUTONOMY
r6: battery>anywhere>free
""".strip().splitlines()
    )
]

CELLS = {
    ("light", "carry"): "3.00", ("light", "anywhere"): "1.02", ("light", "free"): "0.03",
    ("light", "AUTONOMY"): "0.03", ("battery", "anywhere"): "4.00", ("battery", "noworry"): "2.01",
    ("battery", "free"): "0.03", ("battery", "AUTONOMY"): "0.01", ("battery", "SECURITY"): "0.02",
    ("carry", "anywhere"): "2.00", ("carry", "free"): "1.01", ("carry", "AUTONOMY"): "0.02",
    ("anywhere", "free"): "3.00", ("anywhere", "AUTONOMY"): "1.03", ("anywhere", "noworry"): "1.00",
    ("free", "AUTONOMY"): "3.00", ("noworry", "SECURITY"): "2.00",
}  # fmt: skip

DIRECT_INDICES = {
    "anywhere": (7, 5, 0.5833, 0.5217, 0.3043), "free": (4, 3, 0.5714, 0.3043, 0.1739),
    "noworry": (3, 2, 0.6, 0.2174, 0.1304), "carry": (3, 3, 0.5, 0.2609, 0.1304),
    "light": (0, 4, 0, 0.1739, 0), "battery": (0, 6, 0, 0.2609, 0),
    "AUTONOMY": (4, 0, 1, 0.1739, 0.1739), "SECURITY": (2, 0, 1, 0.0870, 0.0870),
}  # fmt: skip
"""In, out, abstractness, centrality, prestige."""

BOTH_ABSTRACTNESS = {"anywhere": 9 / 17, "free": 11 / 14, "carry": 3 / 9, "noworry": 4 / 6}

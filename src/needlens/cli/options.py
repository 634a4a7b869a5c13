"""Arguments and options that commands share, and their choices."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from needlens.cli.console import LogFormat


class Unit(StrEnum):
    """What a theme is made of."""

    REASON = "reason"
    VERBATIM = "verbatim"


class BackendName(StrEnum):
    """What runs the encoder."""

    AUTO = "auto"
    OPENVINO = "openvino"
    OPENVINO_FP32 = "openvino-fp32"
    TORCH = "torch"
    TORCH_BF16 = "torch-bf16"
    CUDA = "cuda"
    CUDA_FP32 = "cuda-fp32"
    MPS = "mps"


class EngineName(StrEnum):
    """Where the work is done."""

    LOCAL = "local"
    DASK = "dask"


class CountedBy(StrEnum):
    """What the implication matrix counts."""

    RESPONDENT = "respondent"
    LADDER = "ladder"
    MENTION = "mention"


Inputs = Annotated[
    list[str],
    typer.Argument(
        metavar="INPUT...",
        help="CSV, TSV, JSON Lines, Parquet or Excel files; - for CSV on standard input. "
        "Several files are one study.",
    ),
]
StudyFolder = Annotated[Path, typer.Argument(metavar="DIR", help="A study folder.")]
TextColumn = Annotated[str | None, typer.Option(help="Column of the free text.")]
IdColumn = Annotated[str | None, typer.Option(help="Column of the verbatims' own ids.")]
RespondentColumn = Annotated[str | None, typer.Option(help="Column that says who wrote it.")]
SegmentColumn = Annotated[
    list[str] | None, typer.Option(help="Column that groups respondents; may be repeated.")
]
RatingColumn = Annotated[str | None, typer.Option(help="Column of a number that rates.")]
DateColumn = Annotated[str | None, typer.Option(help="Column of dates.")]
BackendOption = Annotated[
    BackendName,
    typer.Option(
        "--backend",
        help="What runs the encoder; auto takes the first that agrees with torch in float32. "
        "openvino and cuda may multiply in half precision, openvino-fp32 and cuda-fp32 do not.",
    ),
]
Log = Annotated[LogFormat, typer.Option("--log-format", help="How progress is told.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")]

"""What every test shares: a vector cache of its own, and nothing that an earlier run worked out."""

import os
from pathlib import Path

import pytest

# Runs are compared to see whether they find the same, not whether it was kept. Set before any fixture, and
# for every process a test starts.
os.environ["NEEDLENS_KEEP"] = "no"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLENS_CACHE_DIR", str(tmp_path / "cache"))

"""Fixtures every test may ask for."""

import os
from pathlib import Path

import pytest

import geo  # noqa: F401  (closes GDAL's doors before anything opens a file)

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files beside the checkout."""
    if not SHARED.is_dir() and not os.environ.get("CI"):
        pytest.skip("the real files are not beside this checkout")
    return SHARED

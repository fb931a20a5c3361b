"""What every test may use: the shared folder, if it is there."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real data and reference values that lies beside the project, or skip."""
    folder = Path(os.environ.get("TRUSTGAP_SHARED", SHARED))
    if not (folder / "golden").is_dir():
        pytest.skip(f"needs the shared folder beside the project ({folder.name}/), which is not here")
    return folder

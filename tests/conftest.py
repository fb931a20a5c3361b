"""What every test may use: the shared folder, if it is there, and the pages of some demo areas."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory):
    """Have what programs keep of their own state kept with the tests, and not with who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real data and reference values that lies beside the project, or skip."""
    folder = Path(os.environ.get("TRUSTGAP_SHARED", SHARED))
    if not (folder / "golden").is_dir():
        pytest.skip(f"needs the shared folder beside the project ({folder.name}/), which is not here")
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """Run the demo for ordinary, tiny, one-sided and patchy areas; give the outcome and the folder."""
    from trustgap.batch.run import run
    from trustgap.record.asked import Asked

    outputs = tmp_path_factory.mktemp("demo")
    areas = "X001,X003,X004,X005,X006"
    return run(Asked(ROOT / "data" / "demo", areas=areas, outputs=outputs), workers=2), outputs / "demo"

"""What the demo's areas bring beside answers is made again, byte for byte, where it is not there."""

import shutil

import pytest
import yaml
from sample_survey import DEMO

from trustgap.survey.synthetic import folder as synthetic


@pytest.fixture
def copy(tmp_path):
    for name in ("areas.csv", "model.yaml"):
        shutil.copyfile(DEMO / name, tmp_path / name)
    return tmp_path


def test_absent_files_come_back_with_the_same_bytes_and_those_there_are_left_alone(copy):
    (copy / "evidence.csv").write_text("mine")
    synthetic.ensure_brought(copy)
    assert (copy / "evidence.csv").read_text() == "mine"
    assert not (copy / "synthetic_truth_evidence.csv").exists()
    (copy / "evidence.csv").unlink()
    synthetic.ensure_brought(copy)
    for name in synthetic.BROUGHT:
        for file in (f"{name}.csv", f"synthetic_truth_{name}.csv"):
            assert (copy / file).read_bytes() == (DEMO / file).read_bytes(), file


def test_what_the_model_does_not_speak_of_is_not_made(copy):
    model = yaml.safe_load((copy / "model.yaml").read_text(encoding="utf-8"))
    (copy / "model.yaml").write_text(yaml.safe_dump({"seed": model["seed"], "cases": model["cases"]}))
    synthetic.ensure_brought(copy)
    assert sorted(path.name for path in copy.glob("*.csv")) == [
        "areas.csv", "cases.csv", "synthetic_truth_cases.csv"
    ]  # fmt: skip

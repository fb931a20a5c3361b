"""A small survey and small notebooks for tests of the batch: four demo areas, one of them tiny."""

import shutil
from pathlib import Path

import nbformat
import pandas as pd
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from trustgap.survey import key

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "data" / "demo"
AREAS = ["X001", "X002", "X003", "X004"]
TINY = "X003"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

PARAMETERS = """survey: str = ""
area: str = "X001"
answers: str = ""
release: str = ""
outputs: str = "."
"""
SENTENCE = """from IPython.display import publish_display_data
publish_display_data({"text/html": "<p>Something.</p>"}, {"trustgap": {"kind": "sentence"}})"""
FACTS = """from trustgap.report.provenance import Provenance
Provenance({"Results": "3 shown, 1 hidden", "Said": said})"""
OPEN = """from trustgap.report import tables
from trustgap.report.study import open_area
from trustgap.stats.shares import proportions
study = open_area(survey, area=area, answers=answers, release=release, outputs=outputs)
shown = study.protect(proportions.shares(study.cells(wave=study.latest, block="trust"), study.items))
tables.show(shown, columns={"item_label": "Question", "estimate_text": "Share"}, caption="Shares")"""


def folder(to, *, areas=AREAS, answers=None, waves=None):
    """Write a survey folder and its key, of some of the demo's areas; `answers` changes the answers first."""
    to.mkdir(parents=True)
    shutil.copyfile(DEMO / "questionnaire.yaml", to / "questionnaire.yaml")
    listed = pd.read_csv(DEMO / "areas.csv", dtype=str)
    listed[listed["code"].isin(areas)].to_csv(to / "areas.csv", index=False)
    frame = pd.read_parquet(DEMO / "responses.parquet")
    frame = frame[frame["area"].astype(str).isin(areas)].astype(object).reset_index(drop=True)
    if waves:
        frame = frame[frame["wave"].astype(str).isin(waves)].reset_index(drop=True)
    frame = answers(frame) if answers else frame
    frame.astype("str").to_parquet(to / "responses.parquet", index=False)
    key.ensure(to)
    return to


def notebook(to, *cells, title="What is there?", **wants):
    """Write a notebook of a parameters cell and these; `wants` is what it needs of a survey."""
    to.parent.mkdir(parents=True, exist_ok=True)
    made = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), *map(new_code_cell, cells)]
    metadata = {"kernelspec": KERNEL, "title": title, "trustgap": wants}
    nbformat.write(new_notebook(cells=[new_markdown_cell(f"# {title}"), *made], metadata=metadata), to)
    return to


def measuring(to, *, before="", after=""):
    """Write a notebook that shows the area's shares, and does something before or after."""
    return notebook(to, before or "pass", OPEN, after or "pass", f'study.save("{to.stem}")')


def national(to):
    """Write a national notebook that shows shares."""
    source = OPEN.replace("open_area", "open_national").replace("area=area, ", "")
    return notebook(to, source, f'study.save("{to.stem}")')

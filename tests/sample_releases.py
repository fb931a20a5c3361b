"""Runs of a small survey that show the shares of every area at once, and their releases."""

import shutil
from pathlib import Path

import pytest
import sample_survey as sample
from sample_runs import MEASURE, notebooks

from trustgap import cli
from trustgap.batch.engine import Done
from trustgap.report import measuring
from trustgap.stats.shares import proportions

MEASURED = {}
"""Releases by the digest of what they were measured from."""


class Shares:
    """Makes pages in no time: the shares of an area, passed through the mask."""

    areas_at_once, stopped, measured = 1, False, None

    def make(self, area, tasks):
        release = Shares.measured
        rows = proportions.shares(
            release.counts[release.counts["area"].eq(area)], release.questionnaire.items
        )
        shown = release.mask.protect(rows, release.words)
        for task in tasks:
            table = Path(task.to.parent, "tables", f"{task.to.stem}.csv")
            table.parent.mkdir(parents=True, exist_ok=True)
            shown.table.to_csv(table, index=False, lineterminator="\n")
            task.to.write_text(f"<html>{area} {task.to.stem} {len(shown)}</html>")
        return [Done({"Results": f"{len(shown) - shown.hidden} shown, {shown.hidden} hidden"})] * len(tasks)

    def close(self):
        """Nothing is being made."""


def quick(patch, folder):
    """Have runs be of one small notebook for areas and one for the whole, in no time; the audit passes."""

    def measure(loaded, **more):
        if loaded.digest not in MEASURED:
            MEASURED[loaded.digest] = MEASURE(loaded, **more)
        Shares.measured = MEASURED[loaded.digest]
        return Shares.measured

    patch.setattr(measuring, "measure", measure)
    patch.setattr("trustgap.batch.run._maker", lambda *_: Shares())
    patch.setattr("trustgap.batch.run.Here", lambda _: None)
    patch.setattr("trustgap.publish.audited.audit", lambda home, **_: {"passed": True, "hidden": 0})
    for path in (folder / "area" / "01_shares.ipynb", folder / "national" / "20_shares.ipynb"):
        if not path.exists():
            sample.notebook(path, "pass")
    return notebooks(patch, folder)


def run(survey, outputs, *more):
    """Run a survey."""
    return cli.main(["run", str(survey), "--outputs", str(outputs), *more])


def release(survey, outputs, to, *more):
    """Release what a run made."""
    return cli.main(["release", str(survey), "--outputs", str(outputs), "--to", str(to), *more])


def made(top):
    """Make a small survey and its run in one folder."""
    with pytest.MonkeyPatch.context() as patch:
        quick(patch, top / "notebooks")
        assert run(sample.folder(top / "survey", waves=["2019"]), top / "pages") == 0
    return top


def again(top, to, patch):
    """Copy what `made` made, for one test."""
    quick(patch, top / "notebooks")
    for name in ("survey", "pages"):
        shutil.copytree(top / name, to / name)
    return to

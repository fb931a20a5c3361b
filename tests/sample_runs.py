"""Runs of a small survey with small notebooks, which is measured once however often it is run."""

from pathlib import Path

from trustgap.batch import plan
from trustgap.batch.engine import Done
from trustgap.record import fresh, ledger
from trustgap.report import measuring

FIND = plan.find_notebooks
PROGRAM = fresh.program
MEASURE = measuring.measure


def notebooks(patch, folder):
    """Have runs find the notebooks of a folder, and take them for a part of the program."""

    def program():
        return PROGRAM() + "".join(ledger.digest(path) for path in sorted(folder.rglob("*.ipynb")))

    patch.setattr(plan, "find_notebooks", lambda: FIND(folder))
    patch.setattr(fresh, "program", program)
    return folder


def measured_once(patch):
    """Have runs of the same input measure it once."""
    kept = {}
    patch.setattr(measuring, "measure", lambda loaded, **_: kept.get(loaded.digest) or keep(loaded))

    def keep(loaded):
        kept[loaded.digest] = MEASURE(loaded)
        return kept[loaded.digest]


class Instant:
    """Makes pages in no time, of nothing but their names and `said`."""

    areas_at_once, stopped, said = 1, False, ""

    def make(self, area, tasks):
        for task in tasks:
            table = Path(task.to.parent, "tables", f"{task.to.stem}.csv")
            table.parent.mkdir(parents=True, exist_ok=True)
            table.write_text(f"survey,area,item\n{self.said},{area},{task.to.stem}\n")
            task.to.write_text(f"<html>{area} {task.to.stem} {self.said}</html>")
        return [Done({"Results": "1 shown, 0 hidden"})] * len(tasks)

    def close(self):
        """Nothing is being made."""


def contents(home):
    """Give the bytes of every file in a folder but the log of runs, by name."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.name != "runs.jsonl"
    }

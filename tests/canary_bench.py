"""A survey with planted respondents, a notebook that holds them, and all places it could leave them in."""

import shutil

import canaries
import sample_runs
import sample_survey as sample

from trustgap import cli

HELD = """import pandas
rows = pandas.read_parquet({path!r}).astype(str)
respondent = " ".join(map(str, rows.iloc[-1]))
"""
"""What every faulty cell has in its hands, which no cell should: the answers as they were sent in."""

SCRIPT = """import sys
from pathlib import Path
from trustgap import cli
from trustgap.batch import plan
find = plan.find_notebooks
plan.find_notebooks = lambda: find(Path(sys.argv[1]))
if __name__ == "__main__":
    sys.exit(cli.main(sys.argv[2:]))
"""


class Bench:
    """A survey with planted respondents, a notebook, and all places in which a run could leave something."""

    def __init__(self, home, survey, patch, capfd):
        self.home, self.patch, self.capfd, self.said, self.started = home, patch, capfd, "", []
        self.survey = shutil.copytree(survey, home / "survey")
        self.outputs, self.books = home / "pages", home / "notebooks"
        sample_runs.notebooks(patch, self.books)
        self.fault("pass")

    def fault(self, code):
        """Plant a fault in the notebook, after it has read all that is planted."""
        held = HELD.format(path=str(self.survey / "responses.parquet"))
        sample.measuring(self.books / "area" / "01_fault.ipynb", after=f"{held}{code}")

    def run(self, *more, areas="X001"):
        """Run the command, and keep what it says."""
        options = ["--outputs", str(self.outputs), "--areas", areas, "--workers", "1", *more]
        code = cli.main(["run", str(self.survey), *options])
        self.said += "".join(self.capfd.readouterr())
        return code

    def answers(self, change):
        """Change the answers, planted ones among them."""
        shutil.rmtree(self.survey)

        def both(frame):
            return change(canaries.plant(frame))

        sample.folder(self.survey, areas=["X001", "X003"], waves=["2019"], answers=both)

    def search(self):
        """Look through everything but the survey and the notebook themselves."""
        elsewhere = [self.home / name for name in ("temporary", "own", "here")]
        found = canaries.search(self.outputs if self.outputs.is_dir() else elsewhere[0], *elsewhere)
        return found | {"said": sorted(said)} if (said := canaries.hits(self.said.encode())) else found

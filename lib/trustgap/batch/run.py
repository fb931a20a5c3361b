"""The main job: a survey folder goes in, the pages of England and of every area wanted come out."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from trustgap.batch import plan, site
from trustgap.batch.engine import Task, Warm
from trustgap.report import release as releases
from trustgap.report.release import Release
from trustgap.stats import counts as cells
from trustgap.survey import folder

WORK = ".work"
"""Folder under the outputs for what must never be published: answers, mask, half-made pages."""


@dataclass
class Outcome:
    """What a run did.

    Parameters
    ----------
    index : Path
        Where to look.
    pages : int
        Pages written, the index left out.
    hidden, shown : int
        Results hidden and shown on them.
    failures : list of tuple
        Area, notebook and reason of every page that could not be made.
    silent : int
        Areas that got the "no local result" page.
    """

    index: Path
    pages: int = 0
    hidden: int = 0
    shown: int = 0
    failures: list = field(default_factory=list)
    silent: int = 0

    def __str__(self) -> str:
        counted = f"{self.pages:,} pages, {len(self.failures)} failed, {self.hidden:,} results hidden"
        without = f", {self.silent} areas too small for a local result" if self.silent else ""
        return f"{counted}{without}. Open {self.index}"


def run(
    survey: Path,
    *,
    answers: Path | None = None,
    areas: str = "all",
    notebooks: str = "all",
    workers: int | None = None,
    outputs: Path = Path("outputs"),
) -> Outcome:
    """Measure a survey, decide what to hide, and render its pages.

    Parameters
    ----------
    survey : Path
        Survey folder.
    answers : Path, optional
        Answers file, where it does not lie in the survey folder.
    areas, notebooks : str
        What to render; see `plan.choose_areas` and `plan.choose_notebooks`.
    workers : int, optional
        Areas rendered at the same time; as many as there are processors by default.
    outputs : Path
        Folder to write to.

    Returns
    -------
    Outcome
        Counts, and where to look.

    Raises
    ------
    SurveyError
        If the survey folder has faults; nothing is written then.
    PlanError
        If an area or notebook that was asked for does not exist; nothing is written then.
    """
    _say(f"Reading {survey}")
    loaded = folder.load(survey, answers=answers)
    chosen = plan.choose_areas(areas, loaded.areas)
    books = plan.choose_notebooks(plan.find_notebooks(), notebooks)
    _say(f"Measuring {len(loaded.answers):,} answers from {len(loaded.areas)} areas")
    release = releases.measure(loaded)
    home = (outputs / loaded.questionnaire.survey).resolve()
    work = (outputs / WORK / loaded.questionnaire.survey).resolve()
    _start_clean(home, work, release)
    releases.write(release, work / "release", survey=survey)
    job = Job(release, books, home, work)
    outcome = job.render(chosen, workers or os.cpu_count() or 1)
    site.write_index(release, home, books=books, built=chosen, failures=outcome.failures)
    site.write_tables(release, home)
    shutil.rmtree(work, ignore_errors=True)
    return outcome


@dataclass
class Job:
    """Everything that rendering one area needs.

    Parameters
    ----------
    release : Release
        Measurements and mask.
    books : list of Notebook
        Notebooks wanted.
    home, work : Path
        The survey's published folder, and the folder for what is not published.
    """

    release: Release
    books: list
    home: Path
    work: Path

    def render(self, areas: list[str], workers: int) -> Outcome:
        """Render the national pages and those of the areas, several areas at a time.

        Parameters
        ----------
        areas : list of str
            Codes.
        workers : int
            Areas at the same time.

        Returns
        -------
        Outcome
            A failed area never stops the others.
        """
        outcome = Outcome(self.home / "index.html")
        silent = self.release.mask.silent & set(areas)
        for area in silent:
            site.write_no_local_result(self.release, self.home, area)
        outcome.silent, outcome.pages = len(silent), len(silent)
        wanted = [cells.NATIONAL, *(area for area in areas if area not in silent)]
        warm = Warm()
        pool = ThreadPoolExecutor(workers)
        try:
            futures = {pool.submit(self.area, warm, area): area for area in wanted}
            with tqdm(total=len(wanted), unit="area", desc="Rendering", file=sys.stderr) as bar:
                for future in as_completed(futures):
                    for facts, failure in future.result():
                        self._note(outcome, futures[future], facts, failure)
                    bar.set_postfix(pages=outcome.pages, failed=len(outcome.failures))
                    bar.update()
        finally:
            pool.shutdown(cancel_futures=True)
        return outcome

    @staticmethod
    def _note(outcome: Outcome, area: str, facts: dict, failure: str) -> None:
        if failure:
            name, _, reason = failure.partition(": ")
            outcome.failures.append((area, name, reason))
            return
        shown, hidden = (int(part.split()[0].replace(",", "")) for part in facts["Results"].split(", "))
        outcome.pages += 1
        outcome.shown += shown
        outcome.hidden += hidden

    def area(self, warm: Warm, area: str) -> list[tuple[dict, str]]:
        """Render one area's pages in a staging folder and put them in place together.

        Parameters
        ----------
        warm : Warm
            Starts the processes.
        area : str
            Code, or `counts.NATIONAL`.

        Returns
        -------
        list of (dict, str)
            Facts of each page, or the notebook and reason of the failure that kept the area out.
        """
        staging = self.work / "staging" / area
        done = []
        for task in self.tasks(area, staging):
            result = warm.render(task)
            if result.failure:
                shutil.rmtree(staging, ignore_errors=True)
                return [({}, f"{task.notebook.stem}: {result.failure}")]
            done.append((result.facts, ""))
        if done:
            _replace(staging / self.release.questionnaire.survey / area, self.home / area)
        shutil.rmtree(staging, ignore_errors=True)
        return done

    def tasks(self, area: str, staging: Path) -> Iterator[Task]:
        """List what must run for one area, in order.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.
        staging : Path
            Folder in which the area's pages and tables are made.

        Yields
        ------
        Task
            One notebook.
        """
        national = area == cells.NATIONAL
        books = [b for b in self.books if b.national == national and not plan.why_not(b, self.release)]
        own = {} if national else {"area": area}
        for book in books:
            yield Task(
                notebook=book.path.resolve(),
                to=staging / self.release.questionnaire.survey / area / f"{book.name}.html",
                parameters={
                    **own,
                    "survey": "",
                    "answers": "",
                    "release": str(self.work / "release"),
                    "outputs": str(staging),
                },
                site=site.around(self.release, area, book, books),
            )


def _start_clean(home: Path, work: Path, release: Release) -> None:
    """Remove what an interrupted run left, and pages that other answers made."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, mode=0o700)
    stamp = home / site.STAMP
    if home.exists() and (not stamp.is_file() or json.loads(stamp.read_text()) != site.stamp(release)):
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    stamp.write_text(json.dumps(site.stamp(release)), encoding="utf-8")


def _replace(made: Path, place: Path) -> None:
    """Put a finished folder where the old one was."""
    old = made.with_name(f"{made.name}.old")
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(old)
    made.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _say(text: str) -> None:
    tqdm.write(text, file=sys.stderr)


def failures_frame(failures: list) -> pd.DataFrame:
    """Put failures in a table for the index.

    Parameters
    ----------
    failures : list of tuple
        Area, notebook, reason.

    Returns
    -------
    DataFrame
        ``area notebook reason``.
    """
    return pd.DataFrame(failures, columns=["area", "notebook", "reason"], dtype=object)

"""The main job: a survey folder goes in, the pages of England and of every area wanted come out."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from tqdm import tqdm

from trustgap.batch import plan, site
from trustgap.batch.engine import Task, Warm
from trustgap.batch.outcome import Outcome, many
from trustgap.batch.places import Places
from trustgap.report import measuring
from trustgap.report import release as releases
from trustgap.report.release import Release
from trustgap.stats import counts as cells
from trustgap.survey import folder


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
        Answers file, or folder with the survey's files, where they do not lie in the survey folder.
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
        If an area or notebook that was asked for does not exist, or the outputs cannot be written; nothing
        is written then.
    """
    _say(f"Reading {survey}")
    loaded = folder.load(survey, answers=answers)
    chosen = plan.choose_areas(areas, loaded.areas)
    books = plan.choose_notebooks(plan.find_notebooks(), notebooks)
    inputs = [survey, *([answers] if answers else []), *(book.path for book in books)]
    places = Places.under(outputs, loaded.questionnaire.survey, inputs=inputs)
    _say(f"Measuring {many(loaded.rows_kept, 'row')} of answers from {many(len(loaded.areas), 'area')}")
    release = measuring.measure(loaded)
    try:
        places.start(site.stamp(release))
        releases.write(release, places.work / "release", survey=survey)
        outcome = Job(release, books, places).render(chosen, workers or os.cpu_count() or 1)
        site.write_tables(release, places.home)
        site.write_index(release, places.home, books=books, failures=outcome.failures)
    finally:
        places.finish()
    return outcome


class Job:
    """Renders the pages of a release.

    Parameters
    ----------
    release : Release
        Measurements and mask of all areas.
    books : list of Notebook
        Notebooks wanted; those that the survey cannot feed are left out.
    places : Places
        Where to write; the release is stored there.
    """

    def __init__(self, release: Release, books: list[plan.Notebook], places: Places) -> None:
        self.release, self.places = release, places
        self.books = [book for book in books if not plan.why_not(book, release)]

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
        outcome = Outcome(self.places.home / "index.html")
        silent = self.release.mask.silent.intersection(areas)
        outcome.silent, outcome.pages = len(silent), len(silent)
        first = sorted(areas, key=lambda area: area not in silent)
        warm, pool = Warm(), ThreadPoolExecutor(workers)
        try:
            with tqdm(total=len(areas) + 1, unit="area", desc="Rendering", file=sys.stderr) as bar:
                # The pages of the whole read the tables of the areas, so they come last.
                for wanted in (first, [cells.NATIONAL]):
                    futures = {pool.submit(self.area, warm, area): area for area in wanted}
                    for future in as_completed(futures):
                        outcome.note(futures[future], future.result())
                        bar.set_postfix(pages=outcome.pages, failed=len(outcome.failures), refresh=False)
                        bar.update()
        finally:
            warm.stop()
            pool.shutdown(cancel_futures=True)
        outcome.failures.sort()
        return outcome

    def area(self, warm: Warm, area: str) -> list[tuple[str, dict, str]]:
        """Render one area's pages in a staging folder and put them in place together.

        Parameters
        ----------
        warm : Warm
            Starts the processes.
        area : str
            Code, or `counts.NATIONAL`.

        Returns
        -------
        list of (str, dict, str)
            Notebook, facts of its page, and "". Or one entry: the notebook that failed and why; then there
            is nothing of the area, not even from a run before.
        """
        done, name = [], ""
        try:
            if area in self.release.mask.silent:
                self._no_local_result(area)
            for task in self.tasks(area):
                name = task.notebook.stem
                result = warm.render(task)
                if result.failure:
                    if not warm.stopped:
                        self.places.withdraw(area)
                    return [(name, {}, result.failure)]
                done.append((name, result.facts, ""))
            if done or area in self.release.mask.silent:
                self.places.publish(area)
            else:
                self.places.withdraw(area)
        except Exception as error:
            self.places.withdraw(area)
            why = getattr(error, "strerror", None) or type(error).__name__
            return [(name, {}, f"its pages could not be put in place: {why}")]
        return done

    def tasks(self, area: str) -> Iterator[Task]:
        """List what must run for one area, in order.

        Parameters
        ----------
        area : str
            Code, or `counts.NATIONAL`.

        Yields
        ------
        Task
            One notebook.
        """
        national, staging = area == cells.NATIONAL, self.places.staging(area)
        books = [book for book in self.books if plan.feeds(book, self.release, area)]
        own = {} if national else {"area": area}
        made = str(self.places.home.parent)
        for book in books:
            yield Task(
                notebook=book.path.resolve(),
                to=staging / self.places.home.name / area / f"{book.name}.html",
                parameters={
                    **own,
                    "survey": "",
                    "answers": "",
                    "release": str(self.places.work / "release"),
                    "outputs": str(staging),
                    **({"made": made} if national and book.last else {}),
                },
                site=site.around(self.release, area, book, books),
            )

    def _no_local_result(self, area: str) -> None:
        books = [book for book in self.books if plan.feeds(book, self.release, area)]
        home = self.places.staging(area) / self.places.home.name
        site.write_no_local_result(self.release, home, area, books)


def _say(text: str) -> None:
    tqdm.write(text, file=sys.stderr)

"""How much faster than the obvious way: two sides in turn, ratios, and the same content on both sides.

Run by ``make bench``, which allows numpy one thread on both sides; a few minutes on two cores. Prints the
table that stands in ``benchmarks/README.md``.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from trustgap.batch import plan, site
from trustgap.batch.engine import Task, Warm
from trustgap.report import measuring
from trustgap.report import release as releases
from trustgap.stats import counts
from trustgap.stats.orders import ordinal
from trustgap.stats.ranking import means, ranks
from trustgap.survey import folder

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "data" / "demo"
BOOK, AREA = "03_trust_gap", "X001"
SCORES = range(1, 6)


@dataclass(frozen=True)
class Row:
    """One line of the table: what was compared, the seconds of each side, and whether both gave the same."""

    what: str
    ours: list[float]
    theirs: list[float]
    same: str

    def __str__(self) -> str:
        ratios = [b / a for a, b in zip(self.ours, self.theirs, strict=True)]
        ratio, low, high = statistics.median(ratios), min(ratios), max(ratios)
        a, b = (statistics.median(side) for side in (self.ours, self.theirs))
        spread = f"{figure(ratio)} ({figure(low)} to {figure(high)})"
        return f"| {self.what} | {figure(a)} s | {figure(b)} s | {spread} | {len(ratios)} | {self.same} |"


def figure(value: float) -> str:
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def in_turn(
    ours: Callable, theirs: Callable, *, pairs: int
) -> tuple[list[float], list[float], object, object]:
    """Time two sides A B A B, after one untimed round, and keep what each made last."""
    made = [ours(), theirs()]
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(pairs):
        for place, side in enumerate((ours, theirs)):
            start = time.perf_counter()
            made[place] = side()
            times[place].append(time.perf_counter() - start)
    return *times, *made


def counting(survey: folder.Survey) -> Row:
    answers, items, keys = survey.answers, survey.questionnaire.items, ["area", "wave", "group"]

    def grouped() -> dict[str, pd.Series]:
        return {item: answers.groupby([*keys, item], observed=True).size() for item in items.index}

    a, b, ours, theirs = in_turn(lambda: counts.tally(answers, items), grouped, pairs=7)
    for item, sizes in theirs.items():
        own = ours[ours["item"].eq(item)].drop(columns="item").melt(keys, list(SCORES), item, "n")
        found = sizes.reset_index(name="n").astype(dict.fromkeys(keys, str))
        sides = [
            side[side["n"].gt(0) & side[item].astype(int).gt(0)].astype({item: int}).set_index([*keys, item])
            for side in (own, found)
        ]
        if not sides[0]["n"].sort_index().equals(sides[1]["n"].sort_index()):
            raise SystemExit(f"counting: {item} differs between the two sides")
    what = (
        f"Answers of {len(answers):,} people to {len(items)} items: `counts.tally` against `groupby` by item"
    )
    return Row(what, a, b, "every count")


def theta(survey: folder.Survey) -> Row:
    items = survey.questionnaire.items.query("block == 'factor'")
    here = survey.answers[survey.answers["wave"].eq("2019")]
    cells = counts.tally(here, items).set_index(["area", "item"])
    sides = [cells[cells["group"].eq(group)][list(SCORES)] for group in ("asc", "hospital")]
    both = sides[0].index.intersection(sides[1].index)
    tables = [side.loc[both].to_numpy() for side in sides]
    # Both sides start from what they need, counts or scores, so that only the statistic is timed.
    samples = [[np.repeat(SCORES, row) for row in table] for table in tables]
    usable = [place for place, rows in enumerate(zip(*tables, strict=True)) if min(map(np.sum, rows)) > 10]
    tables = [table[usable] for table in tables]
    pairs = [(samples[0][place], samples[1][place]) for place in usable]

    def loop() -> np.ndarray:
        return np.array([stats.brunnermunzel(x, y).pvalue for x, y in pairs])

    a, b, ours, theirs = in_turn(lambda: ordinal.theta(*tables)["p_value"].to_numpy(), loop, pairs=5)
    if not np.allclose(ours, theirs, atol=1e-9):
        raise SystemExit("theta: the p-values differ between the two sides")
    what = (
        f"{len(pairs):,} comparisons of two groups: `ordinal.theta` against a loop of scipy's `brunnermunzel`"
    )
    return Row(what, a, b, "every p-value")


def rank_sets() -> Row:
    rng = np.random.default_rng(1)
    shares = np.linspace(0.2, 0.8, 28)
    few, many = ((rng.random((n, 28)) < shares).astype(float) for n in (200, 20_000))

    def ranked(scores: np.ndarray) -> pd.DataFrame:
        return ranks.rank_sets(*means.estimates(scores), n=len(scores), seed=1)

    a, b, *_ = in_turn(lambda: ranked(few), lambda: ranked(many), pairs=9)
    return Row("Rank sets of 28 items: 200 respondents against 20,000", a, b, "not comparable")


def page(survey: folder.Survey) -> Row:
    """Render one page as a batch does, and with the two command lines that a reader would type."""
    release = measuring.measure(survey)
    books = [book for book in plan.find_notebooks() if not book.national]
    book = next(book for book in books if book.name == BOOK)
    with tempfile.TemporaryDirectory() as made:
        at = Path(made)
        releases.write(release, at / "release")
        around, warm = site.around(release, AREA, book, books), Warm()
        common = {"area": AREA, "survey": "", "answers": "", "release": str(at / "release")}

        def forked() -> bytes:
            options = common | {"outputs": str(at / "warm")}
            done = warm.render(Task(book.path.resolve(), at / "warm.html", options, around))
            if done.failure:
                raise SystemExit(done.failure)
            return table(at / "warm")

        def typed() -> bytes:
            options = common | {"outputs": str(at / "cold")}
            given = [part for name, value in options.items() for part in ("-r", name, value)]
            ran = at / "cold.ipynb"
            run(
                "papermill",
                str(book.path),
                str(ran),
                "--cwd",
                str(book.path.parent),
                "--no-progress-bar",
                *given,
            )
            run("nbconvert", "--to", "html", "--log-level", "ERROR", str(ran))
            return table(at / "cold")

        def table(outputs: Path) -> bytes:
            return (outputs / "demo" / AREA / "tables" / f"{BOOK}.csv").read_bytes()

        a, b, ours, theirs = in_turn(forked, typed, pairs=5)
    if ours != theirs:
        raise SystemExit(f"page: the table of {BOOK} differs between the two sides")
    what = f"One page, `{BOOK}` of {AREA}: warm engine against papermill and nbconvert on the command line"
    return Row(what, a, b, "the page's table, byte by byte")


def run(module: str, *arguments: str) -> None:
    subprocess.run([sys.executable, "-m", module, *arguments], check=True, capture_output=True)


def main() -> None:
    survey = folder.load(DEMO)
    print("| what | ours, or first | other side | ratio: median (min to max) | pairs | same on both sides |")
    print("|---|---|---|---|---|---|")
    for measured in (lambda: counting(survey), lambda: theta(survey), rank_sets, lambda: page(survey)):
        print(measured(), flush=True)


if __name__ == "__main__":
    main()

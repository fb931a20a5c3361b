"""Counting answers, comparing two groups and ranking, each against the obvious way, with the same numbers."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from measure import DEMO, Row, in_turn
from scipy import stats

from trustgap.stats import counts
from trustgap.stats.orders import ordinal
from trustgap.stats.ranking import means, ranks
from trustgap.survey import folder

SCORES = range(1, 6)


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


def rows(*, small: bool) -> Iterator[Row]:
    """Measure each in turn; small leaves out the counting, whose other side takes memory."""
    survey = folder.load(DEMO)
    if not small:
        yield counting(survey)
    yield theta(survey)
    yield rank_sets()

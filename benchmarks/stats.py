"""How much faster the statistics are than the obvious loop over library calls, with the same numbers."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from measure import DEMO, Row, in_turn
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from trustgap.stats import counts
from trustgap.stats.orders import ordinal
from trustgap.stats.ranking import means, ranks
from trustgap.stats.shares import proportions
from trustgap.survey import folder

FACTORS = 27
SAMPLE = 400


def factor_scores(n: int) -> np.ndarray:
    """Draw 0/1 scores that a respondent's leaning makes alike, a twentieth of them missing."""
    rng = np.random.default_rng(1)
    lean = rng.normal(size=(n, 1))
    scored = (lean + rng.normal(size=(n, FACTORS)) < np.linspace(-1, 1, FACTORS)).astype(float)
    scored[rng.random(scored.shape) < 0.05] = np.nan
    return scored


def ours(scores: np.ndarray) -> pd.DataFrame:
    """Give rank sets from scores, the covariance of all answers included."""
    mean, covariance = means.estimates(scores)
    return ranks.rank_sets(mean, covariance, n=len(scores), seed=1)


def pairwise(scores: np.ndarray) -> np.ndarray:
    """Test all pairs by one call each, as one would without a library for ranks; return t of each pair."""
    t = np.zeros((FACTORS, FACTORS))
    for one in range(FACTORS):
        for other in range(one + 1, FACTORS):
            found = stats.ttest_rel(scores[:, one], scores[:, other], nan_policy="omit")
            t[one, other] = found.statistic
    return t


def rank_sets(n: int, *, pairs: int) -> Row:
    """Set our rank sets against a paired t test for each of the 351 pairs, which gives no rank sets yet."""
    scores = factor_scores(n)
    complete = scores[~np.isnan(scores).any(axis=1)]
    a, b, *_ = in_turn(lambda: ours(scores), lambda: pairwise(scores), pairs=pairs)
    # The same t of every pair where nothing is missing; with gaps the loop drops a pair's other answers.
    mean, covariance = means.estimates(complete)
    spread = np.sqrt(np.add.outer(*[np.diag(covariance)] * 2) - 2 * covariance)
    first, second = np.triu_indices(FACTORS, 1)
    own = (mean[:, None] - mean)[first, second] / spread[first, second]
    if not np.allclose(own, pairwise(complete)[first, second], rtol=1e-8):
        raise SystemExit("rank sets: the paired t differ between the two sides")
    what = (
        f"Rank sets of {FACTORS} factors, {n:,} respondents: `ranks.rank_sets` against scipy's `ttest_rel` "
        "for each of the 351 pairs"
    )
    return Row(what, a, b, "t of every pair, on complete answers")


def resampled(scores: np.ndarray, *, draws: int) -> np.ndarray:
    """Rank the factors in samples of respondents drawn anew."""
    rng, n = np.random.default_rng(1), len(scores)
    samples = (scores[rng.integers(0, n, n)] for _ in range(draws))
    return np.array([stats.rankdata(-np.nanmean(part, axis=0), method="min") for part in samples])


def bootstrap(n: int) -> Row:
    """Set our rank sets against the usual (and wrong) bootstrap of ranks, 1,000 draws."""
    scores = factor_scores(n)

    a, b, sets, _ = in_turn(lambda: ours(scores), lambda: resampled(scores, draws=1000), pairs=3)
    usual = stats.rankdata(-np.nanmean(scores, axis=0), method="min")
    if sets["rank"].tolist() != usual.tolist():
        raise SystemExit("rank sets: the ranks differ between the two sides")
    what = (
        f"Rank sets of {FACTORS} factors, {n:,} respondents: against 1,000 bootstrap samples of respondents"
    )
    return Row(what, a, b, "every rank")


def all_cells() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Take the demo's cells of 153 areas, 5 waves and 38 items, and two items more."""
    survey = folder.load(DEMO)
    items = survey.questionnaire.items
    tallied = counts.tally(survey.answers, items)
    more = items.iloc[:2].rename(index="{}_again".format)
    again = tallied[tallied["item"].isin(items.index[:2])]
    tallied = pd.concat([tallied, again.assign(item=again["item"] + "_again")], ignore_index=True)
    sides = [
        tallied[tallied["group"].eq(group)].set_index(["area", "wave", "item"])
        for group in ("asc", "hospital")
    ]
    both = sides[0].index.intersection(sides[1].index)
    return pd.concat([items, more]), *(side.loc[both].reset_index() for side in sides)


def comparisons() -> Row:
    """Set θ and shares of all cells against a loop over a sample of them, scaled up."""
    items, first, second = all_cells()
    levels = counts.levels(first)
    tables = [side[levels].to_numpy() for side in (first, second)]
    usable = np.flatnonzero(np.minimum(*(table.sum(axis=1) for table in tables)) > 10)
    chosen = np.random.default_rng(1).choice(usable, SAMPLE, replace=False)
    people = [[np.repeat(levels, row) for row in table[chosen]] for table in tables]
    top = first["item"].map(items["top_from"]).to_numpy()[chosen]

    def loop() -> np.ndarray:
        rows = []
        for x, y, lowest in zip(*people, top, strict=True):
            test = stats.brunnermunzel(x, y) if np.ptp(np.concatenate([x, y])) else None
            limits = [proportion_confint((one >= lowest).sum(), len(one), method="wilson") for one in (x, y)]
            rows.append([test.pvalue if test else 1.0, *limits[0], *limits[1]])
        return np.array(rows)

    def vectors() -> tuple[pd.DataFrame, list[pd.DataFrame]]:
        return ordinal.theta(*tables), [proportions.shares(side, items) for side in (first, second)]

    a, b, (thetas, shares), theirs = in_turn(vectors, loop, pairs=5)
    regular = (thetas["method"].eq("brunner_munzel") & thetas["reason"].eq("")).to_numpy()[chosen]
    same = np.allclose(thetas["p_value"].to_numpy()[chosen][regular], theirs[regular, 0], atol=1e-9)
    for place, one in enumerate(shares):
        part = one[one["estimand"].eq("top2_share")][["conf_low", "conf_high"]].to_numpy()[chosen]
        same &= np.allclose(part, theirs[:, 1 + 2 * place : 3 + 2 * place], atol=1e-12)
    if not same:
        raise SystemExit("comparisons: p-values or limits differ between the two sides")
    scaled = [seconds * len(first) / SAMPLE for seconds in b]
    what = (
        f"θ and all shares of {len(first):,} pairs of cells (153 areas, 5 waves, 40 items): `ordinal.theta` "
        "and `proportions.shares` against a loop over `brunnermunzel` and `proportion_confint`, "
        f"{SAMPLE} pairs scaled up"
    )
    return Row(what, a, scaled, "every p-value and limit of the sample")


def rows(*, small: bool) -> Iterator[Row]:
    """Measure each in turn; small takes few respondents and one pair."""
    yield rank_sets(200, pairs=1 if small else 5)
    yield bootstrap(200)
    if not small:
        yield rank_sets(20_000, pairs=3)
        yield bootstrap(20_000)
        yield comparisons()

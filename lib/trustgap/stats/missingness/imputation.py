"""Missing answers filled in from people's other answers, several times over: predictive mean matching."""

from zlib import crc32

import numpy as np
import pandas as pd

from trustgap.stats.counts import CELL, MISSING, UNANSWERED, levels

DRAWS = 20
"""Completed data sets."""

CYCLES = 5
"""Passes over the questions in each of them."""

DONORS = 5
"""People with the nearest prediction, one of whom lends an answer."""

ENOUGH = 20
"""Valid answers that a group needs to a question before it is imputed; simulations go wrong below."""

PER_PREDICTOR = 5
"""Answers that a question needs for every other question that predicts it."""

RIDGE = 1e-5
"""Part of its variance that is added to every predictor, so that questions answered alike do no harm."""


def imputed(
    counts: pd.DataFrame, answers: pd.DataFrame, items: pd.DataFrame, *, draws: int = DRAWS, seed: int = 0
) -> pd.DataFrame:
    """Complete the answers of every group several times, and count them.

    Parameters
    ----------
    counts : DataFrame, one row per cell
        As `trustgap.stats.counts.tally` returns it: the cells that are wanted.
    answers : DataFrame, one row per respondent and wave
        The canonical frame of the areas and waves in which to impute; others stay as they are.
    items : DataFrame, indexed by item
        The items that are imputed and predict each other.
    draws : int
        Completed data sets.
    seed : int
        Seed; each area, wave and group has a stream of its own.

    Returns
    -------
    DataFrame
        `counts` once for every draw, told apart by ``draw``. Where a question was imputed nobody is missing
        any more. It was not where fewer than `ENOUGH` of the group gave a valid answer, or all gave
        the same; there cells stay as they were. Who was not asked is never imputed.

    Raises
    ------
    KeyError
        If `answers` lacks an item.

    Notes
    -----
    Within area, wave and group, and in turn for every question with missing answers, a linear model on the
    other questions is fitted to those who answered; its coefficients are drawn from their posterior; and who
    did not answer is given the answer of one of the five people whose fitted value is nearest to the
    predicted one [1]_, [2]_. Five passes over all questions make one completed data set. Small groups use
    the few questions that go with the one in hand most closely.

    This is what ``statsmodels.imputation.mice.MICEData`` does, apart from the way in which coefficients are
    drawn. That one fits every model by itself, knows no group and no question that was not asked: twenty data
    sets of one area take it seconds. Here all draws of a question are one stack of least squares.

    References
    ----------
    .. [1] Little, R. J. A. (1988). Missing-data adjustments in large surveys. Journal of Business and
       Economic Statistics, 6, 287-296.
    .. [2] van Buuren, S. and Groothuis-Oudshoorn, K. (2011). mice: multivariate imputation by chained
       equations in R. Journal of Statistical Software, 45(3).

    Examples
    --------
    >>> answers = pd.DataFrame({"area": "X1", "wave": "1", "group": "g",
    ...                         "q": [1, 2] * 20 + [0, 0], "r": [1, 2] * 20 + [1, 2]})
    >>> items = pd.DataFrame({"k": [2, 2]}, index=["q", "r"])
    >>> from trustgap.stats.counts import tally
    >>> filled = imputed(tally(answers, items), answers, items, draws=2)
    >>> filled[["draw", "item", 1, 2, "blank"]]
       draw item   1   2  blank
    0     0    q  21  21      0
    1     0    r  21  21      0
    2     1    q  21  21      0
    3     1    r  21  21      0
    """
    ids, scores = list(items.index), np.array(levels(counts))
    absent = [item for item in ids if item not in answers.columns]
    if absent:
        raise KeyError(f"answers lack the item columns {absent}; they have {sorted(answers.columns)}")
    place = pd.Series(np.arange(len(counts)), index=pd.MultiIndex.from_frame(counts[CELL].astype(str)))
    table = np.repeat(counts[levels(counts)].to_numpy()[None], draws, axis=0)
    done = np.zeros(len(counts), bool)
    for key, part in answers.groupby(["area", "wave", "group"], observed=True, sort=True):
        names = [tuple(map(str, (*key, item))) for item in ids]
        if not any(name in place.index for name in names):
            continue
        stream = [seed, crc32("|".join(["imputation", *map(str, key)]).encode())]
        lent = completed(part[ids].to_numpy(), draws=draws, random=np.random.default_rng(stream))
        for column, values in lent.items():
            if names[column] in place.index:
                row = place[names[column]]
                table[:, row] += (values[..., None] == scores).sum(axis=1)
                done[row] = True
    versions = pd.concat([counts.assign(draw=draw) for draw in range(draws)], ignore_index=True)
    versions[levels(counts)] = table.reshape(-1, len(scores))
    for kind in UNANSWERED:
        if kind in counts:
            versions[kind] = versions[kind].mask(np.tile(done, draws), 0)
    return versions


def completed(codes: np.ndarray, *, draws: int = DRAWS, random: np.random.Generator) -> dict[int, np.ndarray]:
    """Draw the missing answers of one group of people.

    Parameters
    ----------
    codes : array of int, shape (n_respondents, n_items)
        Scores from 1; missing kinds as in `counts.MISSING`.
    draws : int
        Completed data sets.
    random : Generator
        Source of chance.

    Returns
    -------
    dict of int to array of int, shape (draws, n_missing)
        For the column of every item that was imputed, the scores of those who were asked and gave no valid
        answer, in the order of `codes`.

    Examples
    --------
    >>> codes = np.array([[1, 2], [2, 4]] * 20 + [[2, 0]])
    >>> completed(codes, draws=3, random=np.random.default_rng(1))[1].ravel()
    array([4, 4, 4])
    """
    valid, asked = codes > 0, codes != MISSING["not_asked"]
    n_valid = valid.sum(axis=0)
    spread = np.where(valid, codes, 0).max(axis=0) > np.where(valid, codes, 127).min(axis=0)
    able = (n_valid >= ENOUGH) & spread
    gaps = asked & ~valid
    targets = np.flatnonzero(able & gaps.any(axis=0))
    if not len(targets):
        return {}
    predictors = np.flatnonzero(able & asked.all(axis=0))
    # A question's answers lie together, people last: with many people nearly all time goes into moving them.
    values = np.repeat(np.where(valid, codes, 0).T[None].astype(float), draws, axis=0)
    for column in targets:
        shape = (draws, gaps[:, column].sum())
        values[:, column, gaps[:, column]] = random.choice(codes[valid[:, column], column], size=shape)
    near = _alike(codes, valid)
    for _ in range(CYCLES):
        for column in targets[np.argsort(gaps[:, targets].sum(axis=0), kind="stable")]:
            others = predictors[predictors != column]
            few = max(1, n_valid[column] // PER_PREDICTOR)
            others = others[np.argsort(-near[column, others], kind="stable")[:few]]
            seen, gap = valid[:, column], gaps[:, column]
            design = np.concatenate([np.ones((draws, 1, len(codes))), values[:, others]], axis=1)
            fits = _predictions(design[..., seen], design[..., gap], codes[seen, column], random)
            values[:, column, gap] = _lent(*fits, codes[seen, column], random)
    return {int(column): values[:, column, gaps[:, column]].astype(int) for column in targets}


def _alike(codes: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Say how closely every two items go together among those who answered both; near enough to choose by."""
    n = np.maximum(valid.sum(axis=0), 1)
    centred = np.where(valid, codes - np.where(valid, codes, 0).sum(axis=0) / n, 0.0)
    together = np.abs(centred.T @ centred)
    size = np.sqrt(np.maximum(np.diag(together), 1e-12))
    return together / np.outer(size, size)


def _predictions(
    seen: np.ndarray, gap: np.ndarray, y: np.ndarray, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Fit a linear model to those who answered, in every draw; predict the others with drawn coefficients."""
    gram = seen @ seen.transpose(0, 2, 1)
    width = gram.shape[-1]
    gram[:, np.arange(width), np.arange(width)] *= 1 + RIDGE
    fitted = np.linalg.solve(gram, seen @ y[:, None].astype(float))
    fit = (fitted.transpose(0, 2, 1) @ seen)[:, 0]
    rest = ((y - fit) ** 2).sum(axis=1)
    sigma = np.sqrt(rest / random.chisquare(max(len(y) - width, 1), size=len(gram)))
    root = np.linalg.cholesky(gram).transpose(0, 2, 1)
    noise = np.linalg.solve(root, random.standard_normal((len(gram), width, 1)))
    drawn = fitted + sigma[:, None, None] * noise
    return fit, (drawn.transpose(0, 2, 1) @ gap)[:, 0]


def _lent(fit: np.ndarray, wanted: np.ndarray, y: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Choose, for every prediction, the answer of one of the people whose fitted value is nearest."""
    # Many people have the same fitted value: a trace of noise lets chance decide between them.
    fit = fit + 1e-9 * random.standard_normal(fit.shape)
    wanted = wanted + 1e-9 * random.standard_normal(wanted.shape)
    order = np.argsort(fit, axis=1)
    ranked = np.take_along_axis(fit, order, axis=1)
    at = np.stack([np.searchsorted(line, sought) for line, sought in zip(ranked, wanted, strict=True)])
    window = at[..., None] + np.arange(-DONORS, DONORS)
    inside = (window >= 0) & (window < fit.shape[1])
    window = np.clip(window, 0, fit.shape[1] - 1)
    line = np.arange(len(fit))[:, None, None]
    away = np.where(inside, np.abs(ranked[line, window] - wanted[..., None]), np.inf)
    nearest = np.argpartition(away, DONORS - 1, axis=2)[..., :DONORS]
    chosen = np.take_along_axis(nearest, random.integers(DONORS, size=(*at.shape, 1)), axis=2)
    donors = np.take_along_axis(order[:, None, :], np.take_along_axis(window, chosen, axis=2), axis=2)
    return y[donors[..., 0]]

"""What the areas' own pages found, counted and side by side: no order of areas, no test by counting."""

from functools import partial

import pandas as pd

from trustgap.report.disclosure import Shown
from trustgap.report.sentences.base import known, listed, lower_first, upper_first
from trustgap.report.vocabulary import VERDICTS
from trustgap.report.wording import HIDDEN, NOT_APPLICABLE
from trustgap.stats.counts import ALL

CLAIMS = ("holds", "does_not_hold", "cannot_say")
BARRIERS = ("verified", "disproved", "mixed", "not_tested")
INTERVENTIONS = ("difference", "no_difference", "too_early")
"""Verdicts in the order in which they are counted; the last says that nothing can be said."""

ANALYSES = ("who_answered", "least", "against_rest", "ranking", "claims", "barriers", "intervention")
"""The analyses of the areas' tables that are read here."""

UNSEEN = ("not_asked", "no_file")
"""Reasons that say that an area did not look at a statement at all."""

ENOUGH = 5
"""What fewer areas found is no finding about areas."""

NAMED = 2
"""How many names a cell of the table of areas holds before it only counts."""


def tally(found: Shown, *, analysis: str, verdicts: tuple[str, ...]) -> pd.DataFrame:
    """Count the areas that came to each verdict on each item.

    Parameters
    ----------
    found : Shown
        Rows of the areas' tables.
    analysis : str
        Whose verdicts are counted.
    verdicts : tuple of str
        Verdicts that count; rows with another one are left out.

    Returns
    -------
    DataFrame, one row per item and verdict
        Estimand ``areas``, ``estimate`` the number of areas, 0 where none came to the verdict; items in the
        order in which they occur. Each area counts once per item, and only where it looked at it.

    Notes
    -----
    How many areas came to a verdict tests nothing: small areas rarely come to any, and a verdict at
    95% confidence is wrong in one area of twenty by chance.
    """
    rows = _judged(found, analysis, verdicts)
    every = pd.MultiIndex.from_product([rows["item"].unique(), verdicts], names=["item", "verdict"])
    counts = rows.groupby(["item", "verdict"]).size().reindex(every, fill_value=0)
    return counts.rename("estimate").reset_index().assign(analysis=f"{analysis}_of_areas", estimand="areas")


def telling(tallied: Shown, *, unsure: str, most: int) -> Shown:
    """Keep the items on which the largest part of the areas could say something.

    Parameters
    ----------
    tallied : Shown
        Rows as `tally` gives them.
    unsure : str
        The verdict that says that nothing can be said.
    most : int
        How many items.

    Returns
    -------
    Shown
        Their rows, in the order given.
    """
    frame = tallied.frame
    areas = frame.groupby("item", sort=False)["estimate"].sum()
    silent = frame[frame["verdict"].eq(unsure)].set_index("item")["estimate"]
    # Items that few areas judged come last, whatever these found.
    part = (1 - silent / areas - areas.lt(ENOUGH)).sort_values(ascending=False, kind="stable")
    return tallied.where(item=list(part.index[:most]))


def _judged(found: Shown, analysis: str, verdicts: tuple[str, ...]) -> pd.DataFrame:
    """Keep one row per area and item that the area looked at."""
    rows = found.where(analysis=analysis, verdict=list(verdicts)).without(reason=list(UNSEEN)).frame
    if analysis == "intervention":
        # The verdict over all metrics of an intervention, which is what the row compares.
        rows = rows[rows["estimand"].eq("intervention")]
        rows = rows.assign(item=rows["group_a"].str.removeprefix("item:"), item_label=rows["group_a_label"])
    return rows.drop_duplicates(["area", "item"])


def first_places(found: Shown) -> pd.DataFrame:
    """Count the areas in which each factor could be the most frequent, and in which no other could.

    Parameters
    ----------
    found : Shown
        Rows of the areas' tables.

    Returns
    -------
    DataFrame, three rows per factor
        Estimands ``areas_first`` (it could be the first), ``areas_alone`` (no other could) and
        ``areas_ranked`` (it was ranked among all factors); factors that could be the first in most areas
        come first.
    """
    ranked = _overall(found)
    could = ranked[ranked["estimate"].eq(1)]
    alone = could[~could["area"].duplicated(keep=False)]
    parts = {"areas_first": could, "areas_alone": alone, "areas_ranked": ranked}
    counts = pd.DataFrame({name: part.groupby("item").size() for name, part in parts.items()})
    # Factors that are level stay in the order of the questionnaire.
    counts = counts.reindex(ranked["item"].unique()).fillna(0.0)
    counts = counts.sort_values("areas_first", ascending=False, kind="stable").rename_axis("item")
    long = counts.reset_index().melt("item", var_name="estimand", value_name="estimate")
    place = long["item"].map({item: at for at, item in enumerate(counts.index)})
    return long.iloc[place.sort_values(kind="stable").index].assign(analysis="ranking_of_areas")


def _overall(found: Shown) -> pd.DataFrame:
    """Keep what is known of the ranking over all decisions: of an area's rankings of an item, the last."""
    tops = found.where(analysis="ranking", group_a=ALL, estimand="top_1").frame
    last = tops.groupby(["area", "item"], sort=False).tail(1)
    return last[~last["suppressed"] & last["estimate"].notna()]


def insights(found: Shown, *, areas: pd.DataFrame, silent: frozenset, short: dict[str, str]) -> pd.DataFrame:
    """Set the insights of every area side by side, as texts.

    Parameters
    ----------
    found : Shown
        Rows of the areas' tables.
    areas : DataFrame, indexed by code
        ``name`` and ``region``.
    silent : frozenset of str
        Areas whose survey is too small for a local result.
    short : dict of str to str
        Short labels of groups by their labels.

    Returns
    -------
    DataFrame, one row per area of `found`, in the order of codes
        Texts: ``Area``, ``Region``, then a column for each insight that at least one area has. What is
        hidden is [c], what an area has no page on [z].
    """
    present = areas[areas.index.isin(found.frame["area"].unique())].sort_index()
    table = pd.DataFrame({"Area": present["name"], "Region": present["region"]})
    columns = {
        "Answered": (_answered, True),
        "Trusted least": (partial(_least, short=short), True),
        "Largest clear difference": (_largest, True),
        "First factor": (_first, True),
        "Claims": (_claims, True),
        "Barriers verified": (_barriers, False),
        "Made a difference": (_interventions, False),
    }
    for heading, (write, survey) in columns.items():
        texts = write(found)
        if texts:
            blank = [HIDDEN if survey and code in silent else NOT_APPLICABLE for code in present.index]
            table[heading] = [
                texts.get(code, other) for code, other in zip(present.index, blank, strict=True)
            ]
    return table.reset_index(drop=True).astype(object)


def _lists(rows: pd.DataFrame, texts: pd.Series) -> dict[str, list[str]]:
    """Gather texts by the area of their rows."""
    return texts.groupby(rows["area"].to_numpy(), sort=False).agg(list).to_dict() if len(rows) else {}


def _answered(found: Shown) -> dict[str, str]:
    """Write how many answered in the latest wave that the area's table has."""
    rows = found.where(analysis="who_answered", estimand="respondents", group_a=ALL).frame
    last = rows.sort_values("wave", kind="stable").drop_duplicates("area", keep="last")
    return dict(zip(last["area"], last["estimate_text"], strict=True))


def _least(found: Shown, *, short: dict[str, str]) -> dict[str, str]:
    """Name the teams that alone could be the one some group trusts least, and the groups."""
    rows = known(found.where(analysis="least", estimand="top_1")).frame
    could = rows[rows["estimate"].eq(1)]
    alone = could[~could.duplicated(["area", "group_a"], keep=False)]
    said: dict[str, dict[str, list[str]]] = {area: {} for area in rows["area"].unique()}
    for area, team, group in zip(alone["area"], alone["target_label"], alone["group_a_label"], strict=True):
        said[area].setdefault(team, []).append(short.get(group, group))
    return {
        area: upper_first("; ".join(f"{team} (by {listed(groups)})" for team, groups in teams.items()))
        or "Cannot say"
        for area, teams in said.items()
    }


def _largest(found: Shown) -> dict[str, str]:
    """Name the question with the largest clear difference from the rest, and count those shown as large."""
    rows = known(found.where(analysis="against_rest", group_a=ALL)).frame
    clear = rows[rows["verdict"].isin(["higher", "lower"])].drop_duplicates(["area", "item"])
    size = clear["estimate"].abs()
    clear = clear[size.eq(size.groupby(clear["area"]).transform("max"))]
    texts = _lists(clear, clear["item_label"] + " (" + clear["estimate_text"] + ")")
    named = {
        area: listed(names, most=1) + (" as large" if names[1:] else "") for area, names in texts.items()
    }
    return dict.fromkeys(rows["area"], "None clear") | named


def _first(found: Shown) -> dict[str, str]:
    """Name the factors that could be the most frequent, or count them."""
    rows = _overall(found)
    could = rows[rows["estimate"].eq(1)]
    return {
        area: " or ".join(names) if len(names) <= NAMED else f"One of {len(names)}"
        for area, names in _lists(could, could["item_label"]).items()
    }


def _claims(found: Shown) -> dict[str, str]:
    """Count the claims that hold, do not hold, and cannot be judged."""
    rows = _judged(found, "claims", CLAIMS)
    said = {}
    for area, verdicts in _lists(rows, rows["verdict"]).items():
        holds, fails, unsure = map(verdicts.count, CLAIMS)
        words = "holds" if holds == 1 else "hold", "does" if fails == 1 else "do"
        said[area] = f"{holds} {words[0]}, {fails} {words[1]} not, {unsure} cannot say"
    return said


def _barriers(found: Shown) -> dict[str, str]:
    return _of(found, "barriers", BARRIERS)


def _interventions(found: Shown) -> dict[str, str]:
    return _of(found, "intervention", INTERVENTIONS)


def _of(found: Shown, analysis: str, verdicts: tuple[str, ...]) -> dict[str, str]:
    """Say how many items of an area came to the first verdict, of how many, which, and how many are open."""
    rows = _judged(found, analysis, verdicts)
    yes = rows[rows["verdict"].eq(verdicts[0])]
    named = _lists(yes, yes["item_label"])
    open_ = rows.loc[rows["verdict"].eq(verdicts[-1]), "area"].value_counts()
    texts = {}
    for area, count in rows["area"].value_counts(sort=False).items():
        names = named.get(area, [])
        left = f" ({open_[area]} {lower_first(VERDICTS[verdicts[-1]])})" if area in open_ else ""
        texts[area] = f"{len(names)} of {count}{left}" + (f": {listed(names, most=NAMED)}" if names else "")
    return texts

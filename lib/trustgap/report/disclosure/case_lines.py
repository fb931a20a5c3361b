"""What is hidden of people whose cases were read: kinds of cases, nested sets, areas against the whole."""

from collections.abc import Iterator

import pandas as pd

from trustgap.report.disclosure.rules import THRESHOLD
from trustgap.report.disclosure.settling import Sum, settle
from trustgap.report.disclosure.sums import HIDDEN, SHOWN, Range, allowed, state, told
from trustgap.report.disclosure.team_lines import GAP, SWAPPED, TEAMS, Key, team_lines
from trustgap.stats import counts as cells
from trustgap.stats.case_reviews import reviews
from trustgap.stats.case_reviews.reviews import PERIODS
from trustgap.stats.case_reviews.savings import MIN_COSTS
from trustgap.stats.case_reviews.suitability import decisions

ALL, OPTION, CHEAPER, SAVING = "case_improvable", "case_available", "case_cheaper", "case_saving_per_case"
ADMITTED, MOVED, PACKAGES = "case_avoidable_admission", "case_residential_right", "case_over_provided"
AGREED, RATERS = "case_agreement", "case_raters"
"""Items of the decisions; of agreement also with ``:before`` or ``:after`` behind it."""

SHARES = (ALL, OPTION, ADMITTED, MOVED, PACKAGES, CHEAPER)
"""Shares that add up over areas to that of the whole; the first decides on the second, that on the last."""

OF_TWO, OF_OTHERS = 0.9, 0.1
"""A sum of money is that of two people if they have the first part of it, and that of one if all but these
two together have less than the second part of what the one has: the other could work it out."""

DECIDED = [*cells.CELL, "kind"]


def decided(judgements: pd.DataFrame) -> pd.DataFrame:
    """Decide what is hidden of everything that is made of reviewed cases, with all areas in view.

    Parameters
    ----------
    judgements : DataFrame
        Of all areas, as for `reviews.settled`.

    Returns
    -------
    DataFrame
        ``area wave group item kind``, as `rules.primary` gives them for answers: ``wave`` is "", ``group`` a
        team or "", ``item`` one of this module's or of `team_lines`; kind ``hidden`` or ``bounded``.

    Notes
    -----
    An attacker knows how many cases there are of every sort, and takes every number shown for exact. Kinds
    of cases add up to all cases; cases judged by several are part of all; teams are parted by population
    and by period; areas add up to the whole. Hidden is what these sums would give away (`settling.settle`).

    Examples
    --------
    >>> blank = dict.fromkeys(["team", "outcome", "population", "period", "reviewer"], "")
    >>> judgements = pd.DataFrame({
    ...     "case": range(40), "area": "X1", "decision_point": ["admission"] * 32 + ["residential"] * 8,
    ...     "decision": ["admit"] * 32 + ["move"] * 8, "better_decision": (["home"] + ["admit"] * 3) * 10,
    ...     "available": None, "cost": None, "cost_better": None, **blank})
    >>> decided(judgements)[["item", "kind"]].to_numpy().tolist()[:2]
    [['case_avoidable_admission', 'hidden'], ['case_residential_right', 'hidden']]
    """
    if judgements.empty:
        return pd.DataFrame(columns=DECIDED)
    reviewed, made, rated = (of(judgements) for of in (reviews.settled, decisions, reviews.ratings))
    places = {area: _Area(own, rated[rated["area"].eq(area)]) for area, own in reviewed.groupby("area")}
    while True:
        # What is hidden for the sake of the whole can be what another share of its area is left over from.
        before = [dict(place.said) for place in places.values()]
        for item in SHARES:
            for place in places.values():
                place.follow(item)
            _over_areas([place for place in places.values() if item in place.counts], item)
        for place in places.values():
            place.settle()
        if before == [place.said for place in places.values()]:
            break
    said = {(area, key): kind for area, place in places.items() for key, kind in place.rest().items()}
    for area, own in made.groupby("area"):
        said |= {(area, key): kind for key, kind in team_lines(own).items()}
    said |= _contrasts(said, made, rated)
    rows = [(area, "", group, item, kind) for (area, (group, item)), kind in said.items() if kind != SHOWN]
    return pd.DataFrame(rows, columns=DECIDED).astype(str)


class _Area:
    """The reviewed cases of one area, and what is said of each share of them."""

    def __init__(self, reviewed: pd.DataFrame, rated: pd.DataFrame) -> None:
        self.reviewed = reviewed
        counts = {item: _count(answer) for item, answer in _answers(reviewed)}
        self.counts = {item: count for item, count in counts.items() if count[0]}
        self.said = {item: state(*count) for item, count in self.counts.items()}
        self.kinds = _kinds(reviewed, rated)
        self.raters = _some_raters(rated)
        self.settle()

    def settle(self) -> None:
        """Hide what kinds of cases, and those that several judged, would give away of one another."""
        size, hits, sums = self.kinds
        gone = [one.key for one in sums if self.said.get(one.key[0]) == HIDDEN]
        for (item,), kind in settle(size, hits, sums, hidden=gone).items():
            # No coefficient of agreement is a bound: it is shown or hidden.
            self.said[item] = HIDDEN if kind and item.startswith(AGREED) else kind

    def follow(self, item: str) -> None:
        """Hide a share of which the base would tell what is kept back of the share before it."""
        if item not in (OPTION, CHEAPER) or item not in self.counts:
            return
        before = ALL if item == OPTION else OPTION
        n, hits = self.counts[before]
        base = self.counts[item][0]
        if self.said[before] != SHOWN and base > allowed(n, hits, self.said[before])[0]:
            self.said[item] = HIDDEN

    def range(self, item: str) -> Range:
        """Give the counts of a share that its page leaves open."""
        return allowed(*self.counts[item], self.said[item])

    def rest(self) -> dict[Key, str]:
        """Give all that is said of the area, the saving last."""
        said = {("", item): kind for item, kind in self.said.items()}
        if self.raters:
            said["", RATERS] = HIDDEN
        if _of_few(self.reviewed, said=self.said.get(OPTION, HIDDEN)):
            said["", SAVING] = HIDDEN
        return said


def _answers(reviewed: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Give every share of cases as answers: True, False or missing."""
    better = reviewed["improvable"]
    yield ALL, better
    option = reviewed["available"].where(better.fillna(False).astype(bool))
    yield OPTION, option
    for name, part in reviews.PARTS.items():
        yield f"case_{name}", part(reviewed)[1]
    known = option.fillna(False).astype(bool) & reviewed["cost"].notna() & reviewed["cost_better"].notna()
    yield CHEAPER, reviewed["cost_better"].lt(reviewed["cost"]).astype("boolean").where(known)


def _count(answer: pd.Series) -> Range:
    known = answer.dropna()
    return len(known), int(known.astype(bool).sum())


def _kinds(reviewed: pd.DataFrame, rated: pd.DataFrame) -> tuple[list[int], list[int], list[Sum]]:
    """Part all cases by those admitted, those moved, and those that several judged."""
    judged = reviewed[reviewed["improvable"].notna()]
    point, decision = judged["decision_point"], judged["decision"]
    shared = rated.drop_duplicates("case").set_index("case")["period"]
    # A case that several judged in neither period has a mark, and one that one judged has none.
    marks = shared.where(shared.isin(PERIODS), "-").astype(object)
    period = judged["case"].map(marks).astype(object).fillna("")
    inside = {
        ALL: (point.notna(), 3),
        ADMITTED: (point.eq("admission") & decision.eq(reviews.ADMITTED), 2),
        MOVED: (point.eq("residential") & decision.eq(reviews.MOVED), 2),
        # Coefficients beside percentages of agreement tell nearly how many of these cases could be better.
        AGREED: (period.ne(""), 1),
    }
    if set(PERIODS) <= set(period):
        inside |= {f"{AGREED}:{one}": (period.eq(one), 0) for one in PERIODS}
    inside = {item: mask for item, mask in inside.items() if mask[0].any()}
    if not inside:
        return [], [], []
    signs = pd.Series(list(zip(*(mask for mask, _ in inside.values()), strict=True)), index=judged.index)
    hit = judged["improvable"].astype(int)
    size, hits = hit.groupby(signs).size(), hit.groupby(signs).sum()
    columns = [tuple(map(bool, column)) for column in zip(*size.index, strict=True)]
    ranks = [(item, rank) for item, (_, rank) in inside.items()]
    sums = [Sum((item,), parts, rank) for (item, rank), parts in zip(ranks, columns, strict=True)]
    return size.tolist(), hits.tolist(), sums


def _some_raters(rated: pd.DataFrame) -> bool:
    """Say whether a few cases are left over where those that all reviewers judged are taken out."""
    judged = rated.groupby("case")["rater"].nunique()
    left = int(judged.lt(rated["rater"].nunique()).sum())
    return 0 < left < THRESHOLD


def _of_few(reviewed: pd.DataFrame, *, said: str) -> bool:
    """Say whether a saving is that of fewer people than there must be, or mostly of one or two."""
    saves = (reviewed["improvable"] & reviewed["available"]).fillna(False).astype(bool)
    amounts = (reviewed["cost"] - reviewed["cost_better"])[saves].dropna().abs().sort_values().to_numpy(float)
    if said == SHOWN and reviewed[["cost", "cost_better"]].isna().to_numpy().all():
        # That nobody noted costs tells of no person.
        return not saves.any()
    whole = amounts.sum()
    if len(amounts) < MIN_COSTS or not whole > 0:
        return True
    rest = whole - amounts[-2:].sum()
    return bool(rest <= (1 - OF_TWO) * whole or rest < OF_OTHERS * amounts[-1])


def _over_areas(places: list[_Area], item: str) -> None:
    """Hide a share in further areas until the whole less the areas shown tells of no area."""
    while _left_over(places, item):
        shown = [place for place in places if place.said[item] == SHOWN]
        if not shown:
            return
        min(shown, key=lambda place: place.counts[item][0]).said[item] = HIDDEN


def _left_over(places: list[_Area], item: str) -> bool:
    """Say whether the areas kept back are one, or a few people, or told by what is left of the whole."""
    kept_back = [place for place in places if place.said[item] != SHOWN]
    if not kept_back:
        return False
    people, total = (sum(place.counts[item][at] for place in kept_back) for at in (0, 1))
    low, high = (sum(place.range(item)[end] for place in kept_back) for end in (0, 1))
    if len(kept_back) == 1 or people < THRESHOLD:
        return True
    for place in kept_back:
        least, most = place.range(item)
        found = max(least, total - (high - most)), min(most, total - (low - least))
        if told(*place.counts[item], place.said[item], found):
            return True
    return False


def _contrasts(said: dict, made: pd.DataFrame, rated: pd.DataFrame) -> dict[tuple[str, Key], str]:
    """Hide contrasts of the whole that one area, or few people, would be left over from."""
    made = made[made["decision"].notna()]
    rated = rated.drop_duplicates("case")
    parts = {
        SWAPPED: (made[made["population"].ne("") & made["period"].ne("after")], f"{TEAMS}:"),
        GAP: (made[made["period"].isin(PERIODS)], f"{GAP}:"),
        AGREED: (rated[rated["period"].isin(PERIODS)], f"{AGREED}:"),
    }
    found = {}
    for item, (part, prefix) in parts.items():
        kept_back = {area for (area, (_, name)), kind in said.items() if kind and name.startswith(prefix)}
        sizes = part.groupby("area").size()
        left = sizes[sizes.index.isin(kept_back)]
        if len(left) == 1 or 0 < left.sum() < THRESHOLD:
            found[cells.NATIONAL, ("", item)] = HIDDEN
    return found

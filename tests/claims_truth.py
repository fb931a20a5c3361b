"""What is true of every claim in a synthetic survey, worked out from the law of its answers alone.

For each claim two facts: whether "holds" would be wrong, and whether "does not hold" would be. Where a
difference is real and small both verdicts are right, so that both facts are False. Nothing here uses the
statistics of the library.
"""

from itertools import product

import numpy as np

from trustgap.survey.synthetic.law import theta

SMALL = 0.05
THETA = 0.06
TOLERANCE = 0.005  # a change of the country that comes of the areas' weights alone (`synthetic.truth`)
SHOWN = 11  # a group with fewer answers does not enter


class Truth:
    """The law of the answers in one place: shares, means and chances of the latest wave and the first."""

    def __init__(self, view, place):
        self.items = view.world.items
        self.groups = view.world.groups
        self.model = view.world.model
        self.law, self.base = view.law[place], view.base[place]
        self.at = {item: j for j, item in enumerate(self.items.index)}

    def cell(self, group, item, wave=-1):
        g = len(self.groups) if group == "all" else self.groups.index(group)
        return self.law[wave, g, self.at[item]]

    def answered(self, group, item, wave=-1):
        return self.base[wave, self.groups.index(group), self.at[item]] >= SHOWN

    def share(self, group, item, wave=-1):
        return self.cell(group, item, wave)[self.items.loc[item, "top_from"] - 1 :].sum()

    def mean(self, group, item):
        return self.cell(group, item) @ np.arange(1, self.law.shape[-1] + 1)

    def value(self, group, item, by):
        of = self.share if by == "share" else self.mean
        if group != "all":
            return of(group, item) if self.answered(group, item) else np.nan
        values = [of(one, item) for one in self.groups if self.answered(one, item)]
        return np.mean(values) if values else np.nan

    def block(self, **equals):
        kept = self.items
        for column, value in equals.items():
            kept = kept[kept[column].eq(value)]
        return list(kept.index)


def above(value, null, margin, material=False):
    return value <= null + (margin if material else 0) + 1e-9, value > null + margin


def level(value, test):
    off = abs(value - test["value"]) > test["within"]
    return off, not off


def first(values, wanted, sign=1):
    known = {name: sign * value for name, value in values.items() if not np.isnan(value)}
    if not set(wanted) <= set(known):
        return True, True
    least = min(known[name] for name in wanted)
    others = [value for name, value in known.items() if name not in wanted]
    alone = all(least > value for value in others)
    among = all(sum(value > known[name] for value in known.values()) < len(wanted) for name in wanted)
    return not alone, among


def wrong(truth, test):
    """Say whether "holds" would be wrong of a claim, and whether "does not hold" would."""
    kind = test["kind"]
    return KINDS[kind](truth, test)


def _first(truth, test):
    items = truth.block(block="factor", decision=test["decision"])
    values = {item: truth.value(test["group"], item, "share") for item in items}
    return first(values, test["items"])


def _classes(truth, test):
    options = {"decision": test["decision"]} if "decision" in test else {}
    sides = [
        np.mean(
            [truth.value("all", item, "share") for item in truth.block(factor_class=test[side], **options)]
        )
        for side in ("class_a", "class_b")
    ]
    return above(sides[0] - sides[1], 0, SMALL)


def _some_differ(truth, test):
    a, b = test["group_a"], test["group_b"]
    items = [
        item for item in truth.block(block="factor") if truth.answered(a, item) and truth.answered(b, item)
    ]
    if not items:
        return True, True
    far = max(abs(theta(truth.cell(a, item), truth.cell(b, item)) - 0.5) for item in items)
    return far <= THETA, far > THETA


def _groups(truth, test):
    shares = [truth.share(test[side], test["item"]) for side in ("group_a", "group_b")]
    return above(shares[0] - shares[1], 0, SMALL)


def _distrust(truth, test):
    low = truth.items.loc[test["item"], "low_to"]
    return level(truth.cell(test["group"], test["item"])[:low].sum(), test)


def _both_ways(truth, test):
    rated = {truth.items.loc[item, "team"]: item for item in truth.block(block="trust")}
    a, b = test["group_a"], test["group_b"]
    return above(theta(truth.cell(a, rated[b]), truth.cell(b, rated[a])), 0.5, THETA, material=True)


def _ratings(truth, test):
    sides = [truth.cell(test[f"group_{side}"], test[f"item_{side}"]) for side in "ab"]
    return above(theta(*sides), 0.5, THETA)


def _place(block, by, sign):
    def decide(truth, test):
        values = {item: truth.value(test["group"], item, by) for item in truth.block(block=block)}
        return first(values, [test["item"]], sign)

    return decide


def _ties(truth, test):
    pairs = product(truth.groups, truth.block(block="relationship"))
    values = {pair: truth.value(*pair, "mean") for pair in pairs}
    return first(values, [tuple(tie) for tie in test["ties"]], -1)


def _uneven(truth, test):
    pairs = [pair for pair in product(truth.groups, test["items"]) if truth.answered(*pair)]
    if len(pairs) < 3:
        return True, True
    means = np.array([truth.mean(*pair) for pair in pairs])
    return np.ptp(means) < 1e-9, np.abs(means - means.mean()).max() > test["within"]


def _looser(truth, test):
    """A person's trust in a team and relationship with it share what is common, and what is the team's."""
    shared = truth.model["correlation"]["team"]
    closer = shared[test["team"]] < min(size for team, size in shared.items() if team != test["team"])
    return not closer, closer


def _changes(truth, test):
    pairs = [
        pair
        for pair in product(test["groups"], test["items"])
        if truth.answered(*pair) and truth.answered(*pair, 0)
    ]
    return [truth.share(*pair) - truth.share(*pair, 0) for pair in pairs] or [np.nan]


def _none_rose(truth, test):
    highest = max(_changes(truth, test))
    return not highest <= SMALL, not highest > TOLERANCE


def _some_fell(truth, test):
    lowest = min(_changes(truth, test))
    return not lowest < -TOLERANCE, not lowest >= -SMALL


KINDS = {
    "first": _first,
    "classes": _classes,
    "some_differ": _some_differ,
    "groups": _groups,
    "share": lambda truth, test: level(truth.share(test["group"], test["item"]), test),
    "mean": lambda truth, test: level(truth.mean(test["group"], test["item"]), test),
    "majority": lambda truth, test: above(truth.share(test["group"], test["item"]), 0.5, SMALL),
    "distrust": _distrust,
    "both_ways": _both_ways,
    "ratings": _ratings,
    "least_trusted": _place("trust", "share", -1),
    "strongest": _place("relationship", "mean", 1),
    "weakest": _place("relationship", "mean", -1),
    "weakest_ties": _ties,
    "uneven": _uneven,
    "looser": _looser,
    "none_rose": _none_rose,
    "some_fell": _some_fell,
}

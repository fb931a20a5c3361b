"""What pages show of reviewed cases tells of no few people: kinds, nested sets, areas against the whole."""

from itertools import product

import case_files as files
import numpy as np
import pandas as pd
import pytest

from trustgap.report.claims import records as of_cases
from trustgap.report.disclosure.case_lines import decided
from trustgap.report.disclosure.people import named
from trustgap.report.disclosure.sums import allowed, ranges
from trustgap.stats.case_reviews import reviewers, reviews, suitability
from trustgap.stats.claims import rules

KINDS = {"admission": "admit", "residential": "move", "discharge": "rehabilitation_bed"}
"""Three kinds of cases, and the decision that brings each into its share."""

SHARES = {
    "improvable": tuple(KINDS),
    "avoidable_admission": ("admission",),
    "residential_right": ("residential",),
}


def area(draw, name="X1"):
    """Draw the cases of an area: kinds, some judged by two who agree or not."""
    parts = []
    for point, decision in KINDS.items():
        share = draw.choice([0.0, 0.1, 0.4, 0.9])
        for several in (False, True):
            n = int(draw.integers(1, 15)) if draw.random() < 0.7 else 0
            better = int(draw.binomial(n, share))
            made = files.reviews(
                n, better, point=point, decision=decision, name=f"{name}{point}{several}", area=name
            )
            parts += [made, made.assign(reviewer="b")] if several else [made]
    split = files.shared([(True, False)] * int(draw.integers(0, 6)), name=f"{name}split", area=name)
    whole = pd.concat([*parts, split], ignore_index=True)
    return whole if len(whole) else files.reviews(12, 5, area=name)


def pages(judgements):
    """Give the shares and the coefficients of an area's page."""
    rows = [reviews.findings(judgements, area="X1"), reviewers.agreed(judgements, area="X1")]
    shown = [files.shown(part, judgements).frame for part in rows if len(part)]
    return pd.concat(shown, ignore_index=True).set_index("estimand")


def gwet(yes, no, split):
    """Gwet's AC1 of two reviewers, from how many cases both found better, neither, or one of them."""
    pairs = yes + no + split
    agree, common = (yes + no) / pairs, (yes + split / 2) / pairs
    chance = 2 * common * (1 - common)
    return (agree - chance) / (1 - chance)


def recovered(judgements):
    """Attack the page of an area by trying every table; name the sets that are known too well."""
    reviewed = reviews.settled(judgements)
    judged = reviewed[reviewed["improvable"].notna()]
    several = judged["reviewers"].gt(1)
    counted = judged.groupby(["decision_point", several])["improvable"].agg(["size", "sum"])
    size, hits = counted["size"].to_numpy(), counted["sum"].to_numpy(int)
    kind, both = (counted.index.get_level_values(at).to_numpy() for at in (0, 1))
    frame, tables = pages(judgements), np.array(list(product(*(range(n + 1) for n in size))))
    for name, kinds in SHARES.items():
        row, mask = frame.loc[name], np.isin(kind, kinds)
        if row["suppressed"] or not mask.any():
            continue
        n, x = size[mask].sum(), tables[:, mask].sum(axis=1)
        x = n - x if name == "residential_right" else x
        bounds = {"under": (x < 0.1 * n) | (x <= 1), "over": (x > 0.9 * n) | (x >= n - 1)}
        tables = tables[bounds.get(row["reason"], np.abs(x / n - row["estimate"]) < 0.00501)]
    if "gwet_ac" in frame.index and not frame.loc["gwet_ac", "suppressed"]:
        split, n = int(reviewed["reviewers"].gt(1).sum() - several.sum()), size[both].sum()
        x = tables[:, both].sum(axis=1)
        value = np.array([gwet(yes, n - yes, split) for yes in x])
        tables = tables[np.abs(value - frame.loc["gwet_ac", "estimate"]) < 0.00501]
    assert (tables == hits).all(axis=1).any(), "the truth must fit what is shown"
    masks = {str(one): np.arange(len(size)) == at for at, one in enumerate(counted.index)}
    masks |= {one: kind == one for one in KINDS} | {"several": both, "one": ~both}
    return [
        (label, n, x)
        for label, mask in masks.items()
        if 0 < (n := size[mask].sum()) < 11
        and np.ptp(x := np.unique(tables[:, mask].sum(axis=1))) < (2 if n >= 3 else 1)
    ]


def kinds(judgements, place="X1"):
    found = decided(judgements)
    return found[found["area"].eq(place) & found["group"].eq("")].set_index("item")["kind"].to_dict()


def test_a_kind_of_few_cases_is_not_what_the_other_kinds_leave_over():
    """B33."""
    admitted = files.reviews(30, 12, name="a")
    few = files.reviews(6, 3, point="residential", decision="move", name="m")
    assert kinds(pd.concat([admitted, few]))["case_avoidable_admission"] == "hidden"
    others = files.reviews(15, 6, point="discharge", decision="rehabilitation_bed", name="d")
    assert "case_avoidable_admission" not in kinds(pd.concat([admitted, few, others]))


def test_cases_that_several_judged_do_not_tell_of_the_few_that_one_judged():
    """B34."""
    pairs = files.shared([(True, True)] * 12 + [(False, False)] * 12 + [(True, False)] * 3)
    assert "case_agreement" not in kinds(pairs)
    assert kinds(pd.concat([pairs, files.reviews(5, 2)]))["case_agreement"] == "hidden"


def test_one_area_is_not_what_the_others_leave_over_of_the_whole():
    """B35."""
    large = [files.reviews(n, n // 2, area=f"X{n}", name=f"c{n}") for n in (20, 24, 30)]
    assert "case_improvable" not in kinds(pd.concat(large), "X20")
    few = pd.concat([*large, files.reviews(8, 3, area="X8", name="c8")])
    hidden = decided(few).query("item == 'case_improvable'")["area"].tolist()
    assert hidden == ["X20", "X8"]


def test_the_base_of_cheaper_options_does_not_tell_how_many_there_were():
    """B36."""
    made = files.reviews(60, 30, possible=29, cost=900.0)
    made.loc[made["available"].eq(1), "cost_better"] = 500.0
    assert kinds(made)["case_available"] == "bounded"
    assert kinds(made)["case_cheaper"] == "hidden"


def test_the_verdict_on_a_bound_is_that_of_every_count_it_leaves_open():
    possible = {
        of_cases._judged(
            reviews.findings(files.reviews(n, x), area="X1").query("estimand == 'improvable'"),
            lambda row: rules.level(row, value=0.16, within=0.1),
        )["verdict"].item()
        for n in (12, 40)
        for x in (0, 1)
    }
    assert possible == {"cannot_say"}
    far = [
        of_cases._judged(
            reviews.findings(files.reviews(40, x), area="X1").query("estimand == 'improvable'"),
            lambda row: rules.level(row, value=0.6, within=0.1),
        )["verdict"].item()
        for x in range(4)
    ]
    assert far == ["does_not_hold"] * 4


def test_a_saving_that_is_that_of_one_person_is_hidden():
    made = files.reviews(40, 12, cost=100.0, cost_better=0.0)
    assert "case_saving_per_case" not in kinds(made)
    made.loc[0, "cost"] = 1e6
    assert kinds(made)["case_saving_per_case"] == "hidden"


def test_a_count_of_one_is_hidden_with_all_that_would_tell_it():
    """A32."""
    only = files.decided([("A", "", "", 12, 20), ("only practice on the island", "", "", 1, 1)])
    frame = files.shown(suitability.suitable(named(only, fewest=11), area="X1"), named(only, fewest=11)).frame
    of_one = frame[frame["group_a"].eq("other")]
    assert of_one[["estimate_text", "n_text"]].to_numpy().tolist() == [["[c]", "[c]"]]
    assert frame.loc[frame["estimand"].eq("team_difference"), "estimate_text"].tolist() == ["[c]"]


def test_words_typed_for_a_few_stand_on_no_page():
    """A61."""
    typed = "Only CMHT lead in Rutland"
    cells = [("A", "North", "", 12, 20), ("A", typed, "", 1, 2), (typed, "North", "", 3, 9)]
    judgements = named(files.decided(cells), fewest=11)
    rows = files.shown(suitability.suitable(judgements, area="X1"), judgements).frame
    assert typed not in rows.to_csv()
    assert typed not in decided(judgements).to_csv()
    assert {"A", "other"} == set(judgements["team"])


def test_nobody_brought_cases():
    assert list(decided(files.reviews(0, 0))) == ["area", "wave", "group", "item", "kind"]


@pytest.mark.parametrize("seed", range(12))
def test_no_count_of_few_people_can_be_worked_out(seed):
    assert recovered(area(np.random.default_rng(seed))) == []


@pytest.mark.slow
def test_no_count_of_few_people_can_be_worked_out_of_two_hundred_files():
    found = {seed: recovered(area(np.random.default_rng(seed))) for seed in range(12, 212)}
    assert {seed: sets for seed, sets in found.items() if sets} == {}


def over_areas(judgements):
    """Attack the pages of all areas and of the whole together; name the few of whom too much is known."""
    reviewed = reviews.settled(judgements)
    counted = reviewed.groupby(["area", "decision_point"])["improvable"].agg(["size", "sum"]).astype(int)
    size, hits = counted["size"].to_numpy(), counted["sum"].to_numpy()
    area, kind = (counted.index.get_level_values(at).to_numpy() for at in (0, 1))
    said = decided(judgements).set_index(["area", "item"])["kind"].to_dict()
    pooled = files.pooled(judgements)
    facts, sets = [], {(one, point): (area == one) & (kind == point) for one in area for point in KINDS}
    for name, points in SHARES.items():
        those = pooled[pooled["item"].eq(f"case_{name}") & pooled["hit"].notna()]
        inside = np.isin(area, those["area"]) & np.isin(kind, points)
        better = those["hit"].eq(name != "residential_right").sum()
        facts += [(tuple(inside.tolist()), better, better)] if len(those) else []
        for one in dict.fromkeys(area):
            sets[one, name] = inside = (area == one) & np.isin(kind, points)
            kept = said.get((one, f"case_{name}"), "")
            facts.append((tuple(inside.tolist()), *allowed(size[inside].sum(), hits[inside].sum(), kept)))
    facts = tuple(fact for fact in facts if any(fact[0]))
    few = {name: inside for name, inside in sets.items() if 0 < size[inside].sum() < 11}
    found = {name: ranges(tuple(size), facts, tuple(inside.tolist())) for name, inside in few.items()}
    return {
        name: (low, high)
        for name, (low, high) in found.items()
        if high - low < (2 if size[few[name]].sum() >= 3 else 1)
    }


def areas(draw):
    """Draw the cases of some areas: kinds, few of some."""
    parts = []
    for number in range(int(draw.integers(1, 5))):
        for point, decision in KINDS.items():
            n = int(draw.choice([0, 4, 8, 12, 25]))
            better = int(draw.binomial(n, draw.choice([0.1, 0.4])))
            more = {"point": point, "decision": decision, "area": f"X{number}", "name": f"{number}{point}"}
            parts.append(files.reviews(n, better, **more))
    made = pd.concat(parts, ignore_index=True)
    return made if len(made) else files.reviews(12, 5)


def test_a_kind_of_few_cases_is_not_what_the_other_kinds_leave_over_of_the_whole():
    """B51. A1 alone was asked about moves, so that those of the whole are its own."""
    admitted = [files.reviews(32, 8, area=f"A{n}", name=f"a{n}") for n in range(1, 7)]
    moved = files.reviews(8, 5, point="residential", decision="move", area="A1", name="m")
    judgements = pd.concat([*admitted, moved])

    assert kinds(judgements, "A1")["case_avoidable_admission"] == "hidden"
    assert over_areas(judgements) == {}


def test_the_whole_does_not_tell_what_its_only_area_hides():
    """B52."""
    made = [files.reviews(32, 8), files.reviews(8, 5, point="residential", decision="move", name="m")]
    judgements = pd.concat(made)

    assert kinds(judgements)["case_avoidable_admission"] == "hidden"
    assert over_areas(judgements) == {}


@pytest.mark.parametrize("seed", [*range(30), 299, 364, 392])
def test_areas_and_the_whole_tell_together_of_no_few_people(seed):
    """B51."""
    assert over_areas(areas(np.random.default_rng(seed))) == {}

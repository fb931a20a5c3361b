"""Sets of respondents within one another: of two that differ by a few, the second is hidden."""

import numpy as np
import pandas as pd
import pytest

from trustgap.report.disclosure import Mask, differences, mask
from trustgap.stats.batteries.scales import scale
from trustgap.stats.change.returning import returning
from trustgap.stats.nesting import withheld

PEOPLE = np.arange(200)
ONE = np.ones((200, 1), bool)


def members(*parts):
    """Say who of 200 is in each set; a set is a range or several of them."""
    return np.array([np.isin(PEOPLE, np.concatenate([np.arange(*one) for one in part])) for part in parts])


def shut(*parts, answered=ONE):
    return withheld(members(*parts), answered)[:, 0].tolist()


def frame(n, **columns):
    """Make answers of one area, wave and group; columns may name others."""
    base = {"area": "X1", "wave": "1", "group": "a", "role": "", "weight": 1.0, "respondent": np.arange(n)}
    return pd.DataFrame(base | columns, index=range(n))


def everywhere(*cells):
    """Name the cells of the only area, and of the whole."""
    return {(area, "1", *cell) for area in ("X1", "national") for cell in cells}


def decided(answers, items=("p", "q"), batteries=(), roles=()):
    waves = sorted(answers["wave"].unique())
    of = pd.DataFrame(index=list(items))
    given = [(name, group, pd.DataFrame(index=list(names))) for name, group, names in batteries]
    rows = differences(answers, of, waves=waves, latest=waves[-1], batteries=given, roles=list(roles))
    assert set(rows["kind"]) <= {"hidden"}
    return {tuple(row) for row in rows.drop(columns="kind").itertuples(index=False)}


@pytest.mark.parametrize(("left", "hidden"), [(0, False), (1, True), (10, True), (11, False)])
def test_a_set_within_another_is_withheld_if_a_few_are_left(left, hidden):
    assert shut([(0, 100)], [(0, 100 - left)]) == [False, hidden]
    assert shut([(0, 100 - left)], [(0, 100)]) == [False, hidden]


def test_other_groups_combined_are_a_set_like_any_other():
    """A21."""
    groups = [[(0, 100)], [(0, 60)], [(60, 80)]]
    assert shut(*groups, [(80, 100)]) == [False] * 4
    assert shut(*groups, [(80, 90)]) == [False, False, False, True]
    # Shown in place of the two of which it is made, nine are left of everybody.
    assert shut([(0, 100)], [(0, 60)], [(60, 91)]) == [False, False, True]


def test_the_country_less_the_areas_shown_is_nobody_or_eleven():
    """A23."""
    areas = [[(30 * k, 30 * k + 30)] for k in range(6)]
    assert shut([(0, 186)], *areas) == [False, False, False, False, False, False, True]
    assert shut([(0, 191)], *areas) == [False] * 7
    assert shut([(0, 180)], *areas) == [False] * 7
    # By group and by question: six of those left over answered.
    answered = np.column_stack([PEOPLE < 186, PEOPLE < 200])
    assert withheld(members([(0, 200)], *areas), answered)[-1].tolist() == [True, False]


def test_an_old_county_and_a_new_one_that_leave_five_do_not_stand_together():
    """A28."""
    assert shut([(0, 100)], [(0, 95)]) == [False, True]
    # They overlap: 95 in both, five in the old one alone, forty in the new one alone.
    assert shut([(0, 100)], [(5, 140)]) == [False, True]
    # The new ones are whole, but five of the old one are in none of them.
    assert shut([(0, 105)], [(0, 50)], [(50, 100)]) == [False, False, True]
    assert shut([(0, 100)], [(0, 50)], [(50, 100)]) == [False, False, False]


def test_two_ways_to_divide_the_same_people_need_eleven_in_every_part_of_both():
    """A29."""
    role = np.array(["r"] * 20 + ["s"] * 20 + ["r"] * 20 + ["s"] * 20)
    answers = frame(80, group=["a"] * 40 + ["b"] * 40, role=role, p=1, q=1)
    assert decided(answers, roles="rs") == set()
    role[:16] = "s"
    found = decided(answers.assign(role=role), roles="rs")
    assert found == everywhere(*((one, item) for one in "rs" for item in "pq"))
    # Where those four did not answer, nobody is in that part.
    assert {
        cell[3] for cell in decided(answers.assign(role=role, q=[1] * 16 + [0] * 4 + [1] * 60), roles="rs")
    } == {"p"}


def test_a_partnership_stands_beside_its_areas_unless_it_gives_a_hidden_one():
    """A30."""
    assert shut([(0, 40)], [(40, 90)], [(0, 90)]) == [False, False, False]
    assert shut([(0, 84)], [(84, 90)], [(0, 90)]) == [False, True, True]
    # Of three: two are shown, and seven of the partnership are in neither.
    assert shut([(0, 40)], [(40, 80)], [(0, 87)]) == [False, False, True]


def test_complete_cases_that_lack_four_are_withheld_and_all_respondents_shown():
    """A26."""
    rng = np.random.default_rng(0)
    answers = frame(60, **{name: rng.integers(1, 6, 60) for name in "pqr"})
    answers.loc[:3, "r"] = 0
    battery = [("b", "all", "pqr")]
    found = decided(answers, "pqr", battery)
    assert found == everywhere(("all", "complete:b"))
    items = pd.DataFrame({"k": 5, "team": ""}, index=list("pqr"))
    rows = scale(answers, items, area="X1", wave="1", name="b", seed=1)
    cells = frozenset(found)
    assert all(not cells.isdisjoint(row) for row in rows["rests_on"])
    assert mask._touches(rows["rests_on"].tolist(), cells).all()

    answers.loc[:10, "r"] = 0
    assert decided(answers, "pqr", battery) == set()
    answers["r"] = 5
    assert decided(answers, "pqr", battery) == set()


def test_parts_of_the_whole_are_sets_like_those_of_an_area():
    """B63. Of the whole three have no weight, four did not answer everything, three have another role."""
    role = ["s"] * 3 + ["r"] * 117
    answers = frame(120, area=["A"] * 60 + ["B"] * 60, p=1, q=1, role=role)
    answers.loc[:2, "weight"] = np.nan
    answers.loc[3:6, "q"] = 0
    found = decided(answers, batteries=[("b", "all", "pq")], roles="rs")
    weighted = {(group, f"weighted:{item}") for group in ("all", "a") for item in "pq"}
    parts = weighted | {("all", "complete:b")} | {(one, item) for one in "rs" for item in "pq"}
    for area in ("A", "national"):
        assert {(cell[2], cell[3]) for cell in found if cell[0] == area} == parts
    # In B nobody has the other role.
    assert {cell for cell in found if cell[0] == "B"} == {("B", "1", "s", item) for item in "pq"}


def test_the_whole_lacks_as_many_as_its_areas_together():
    answers = frame(120, area=["A"] * 60 + ["B"] * 60, p=1, q=1)
    answers.loc[[0, 1, 2, 3, 4, 5, 60, 61, 62, 63, 64], "weight"] = np.nan
    found = decided(answers)
    assert {cell[0] for cell in found} == {"A", "B"}, "eleven of the whole, six and five of its areas"


def test_a_question_that_a_group_was_not_asked_leaves_nobody_incomplete():
    answers = frame(60, group=["a"] * 30 + ["b"] * 30, p=1, q=1, r=[-1] * 30 + [1] * 30)
    assert decided(answers, "pqr", [("b", "a", "pqr"), ("b", "b", "pqr")]) == set()
    answers.loc[29, "q"] = answers.loc[59, "q"] = -2
    assert decided(answers, "pqr", [("b", "a", "pqr"), ("b", "b", "pq")]) == everywhere(
        ("a", "complete:b"), ("b", "complete:b")
    )


def panel(joiners, leavers, n=40):
    """Answer twice: `leavers` only in the first wave, `joiners` only in the second."""
    first = frame(n, p=1)
    second = frame(n - leavers + joiners, wave="2", p=2).assign(
        respondent=lambda f: f["respondent"] + leavers
    )
    return pd.concat([first, second], ignore_index=True)


@pytest.mark.parametrize(
    ("joiners", "leavers", "hidden"),
    [(3, 0, True), (0, 0, False), (0, 10, True), (11, 0, False), (11, 11, False), (12, 1, True)],
)
def test_the_second_wave_of_a_panel_is_hidden_if_few_joined_or_left(joiners, leavers, hidden):
    """A27."""
    found = decided(panel(joiners, leavers), "p")
    places = {(area, group) for area in ("X1", "national") for group in ("a", "all")}
    wanted = {(area, "2", group, item) for area, group in places for item in ("p", "linked:2")}
    assert found == (wanted if hidden else set())
    rows = returning(panel(joiners, leavers), waves=["1", "2"])
    hides = mask._touches(rows["rests_on"].tolist(), Mask(hidden=frozenset(found)).hidden)
    assert hides.tolist() == [hidden, hidden]


def test_waves_of_other_people_are_no_panel_whatever_their_numbers():
    answers = pd.concat(
        [frame(40, p=1), frame(43, wave="2", p=1).assign(respondent=lambda f: f["respondent"] + 99)]
    )
    assert decided(answers.reset_index(drop=True), "p") == set()


def test_a_third_wave_is_held_against_the_waves_that_are_shown():
    """B41. The second wave adds three to the first and is hidden; the third adds three to the second."""
    first, second = frame(40, p=1), frame(43, wave="2", p=1)
    third, other = frame(46, wave="3", p=1), frame(54, wave="3", p=1)
    found = decided(pd.concat([first, second, third], ignore_index=True), "p")
    assert {cell[1] for cell in found} == {"2", "3"}
    # Fourteen more than in the first, and eleven more than in the second.
    assert {cell[1] for cell in decided(pd.concat([first, second, other], ignore_index=True), "p")} == {"2"}


def test_weighted_results_of_all_but_a_few_are_hidden():
    """B42."""
    answers = frame(60, p=1, q=[1] * 50 + [0] * 10, weight=[1.0] * 50 + [np.nan] * 10)
    assert decided(answers) == everywhere(("a", "weighted:p"), ("all", "weighted:p"))
    assert decided(answers.assign(weight=[1.0] * 49 + [np.nan] * 11)) == everywhere(
        ("a", "weighted:q"), ("all", "weighted:q")
    )
    assert decided(answers.assign(weight=np.nan)) == set()


def test_sets_that_are_too_small_clash_with_nothing_and_are_withheld():
    assert shut([(0, 10)], [(0, 40)]) == [True, False]
    assert shut([(0, 40)], [(0, 10)]) == [False, True]
    assert withheld(members([(0, 40)]), ONE).tolist() == [[False]]


def by_sets(sets, answered):
    """Decide one question with Python's sets, straight from what is asked of two sets and of a union."""
    everyone, said = [set(np.flatnonzero(one)) for one in sets], set(np.flatnonzero(answered))
    out = []
    for place, one in enumerate(everyone):
        own, kept = one & said, [k for k in range(place) if not out[k]]
        left = []
        for other in (everyone[k] & said for k in kept):
            left += [own & other, own - other, other - own] if own & other else []
        smaller = [everyone[k] for k in kept if everyone[k] <= one]
        left += [own.difference(*smaller)] if smaller else []
        for k in (k for k in kept if one <= everyone[k]):
            parts = [everyone[j] for j in kept if j != k and everyone[j] <= everyone[k]]
            left.append((everyone[k] & said).difference(one, *parts))
        out.append(len(own) < 11 or any(0 < len(part) < 11 for part in left))
    return out


def test_the_decision_agrees_with_set_arithmetic_on_random_sets():
    rng, seen = np.random.default_rng(1), []
    for _ in range(100):
        sets = np.array([rng.random(200) < rng.choice([0.2, 0.9, 0.98]) for _ in range(5)])
        sets[2] &= sets[1]
        sets[4] = sets[1] & ~sets[2] & (rng.random(200) < rng.choice([0.6, 1]))
        answered = rng.random((200, 2)) < 0.9
        seen.append(withheld(sets, answered))
        assert seen[-1].T.tolist() == [by_sets(sets, item) for item in answered.T]
    assert 0.1 < np.mean(seen) < 0.9

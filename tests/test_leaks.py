"""Nothing published moves when answers are exchanged within hidden cells so that every plain sum stays."""

import json
import runpy

import numpy as np
import pandas as pd
import pytest
import sample_survey as sample
from IPython import display

from trustgap.report import measuring, release
from trustgap.report.disclosure import Mask, decide, opened, primary, told
from trustgap.report.wording import Words
from trustgap.stats import counts as cells
from trustgap.stats import results
from trustgap.stats.batteries import quality
from trustgap.stats.between_areas import areas, expected, heterogeneity
from trustgap.stats.change import changes, linearity, slopes, wave_shares
from trustgap.stats.shares import responses
from trustgap.stats.weighting import weighted
from trustgap.survey import folder

WORDS = Words("demo", "England", {}, {}, {}, {}, {})
ITEMS = pd.DataFrame(
    {"top_from": 2, "low_to": 1, "k": 2, "team": "", "block": "b", "scale": "s", "numeric": False},
    index=["q"],
)
WAVES = ["1", "2", "3"]
SMALL = ("g", "h")


def survey(*, exchanged):
    """Count six areas; in the first two the groups g and h are small, and exchange two answers."""
    rng, rows = np.random.default_rng(3), []
    for area in range(7):
        for wave in WAVES:
            for group, n in (("a", 40), ("b", 25), ("g", 9), ("h", 7)):
                n = n if area < 2 or group not in SMALL else 30
                n = 6 if area == 6 else n + int(wave) if n > 9 else n - 2 * (wave == "1") * (group == "g")
                hits = int(rng.integers(n // 3, 2 * n // 3))
                if exchanged and area < 2 and group in SMALL:
                    hits += 2 if (group == "g") == (area == 0) else -2
                rows.append(
                    {"area": f"X{area}", "wave": wave, "group": group, "item": "q", 1: n - hits, 2: hits}
                )
    by_group = pd.DataFrame(rows).assign(**dict.fromkeys(cells.MISSING, 0))
    local = pd.concat([by_group, cells.pool(by_group, over="group", label=cells.ALL)])
    return pd.concat([local, cells.pool(local, over="area", label=cells.NATIONAL)], ignore_index=True)


def closed(counts):
    people = responses.largest_bases(local(counts))
    return Mask.of(primary(counts, ITEMS, people, latest="3"))


def local(counts, **equals):
    rows = counts[counts["area"].ne(cells.NATIONAL) & counts["group"].ne(cells.ALL)]
    for column, value in equals.items():
        rows = rows[rows[column].eq(value)]
    return rows.reset_index(drop=True)


AREAS = ["X001", "X002", "X004", "X005", "X006", "X007"]
TIMES = {wave: float(wave) for wave in WAVES}
MIXES = {
    "standardised": lambda of, whole: wave_shares.standardised(local(of), ITEMS),
    "change": lambda of, whole: changes.change(local(of), ITEMS, permutations=0),
    "trend": lambda of, whole: slopes.trend(local(of), ITEMS, TIMES),
    "linearity": lambda of, whole: linearity.linearity(local(of), ITEMS, TIMES),
    "against_rest": lambda of, whole: areas.against_rest(
        local(of, wave="3"), ITEMS, national=whole[whole["wave"].eq("3")]
    ),
}


@pytest.mark.parametrize("name", MIXES)
def test_a_mix_of_groups_tells_nothing_of_the_groups_that_are_hidden(name):
    """B37."""
    worlds = [survey(exchanged=one) for one in (False, True)]
    masks = [closed(counts) for counts in worlds]
    assert masks[0] == masks[1]
    assert {("X0", wave, group, "q") for wave in WAVES for group in SMALL} <= masks[0].hidden
    for column in ("area", "group"):
        kept = [key for key in cells.CELL if key != column]
        sums = [local(counts).groupby(kept)[[1, 2]].sum() for counts in worlds]
        pd.testing.assert_frame_equal(*sums)

    whole = lambda counts: counts[counts["area"].eq(cells.NATIONAL)]  # noqa: E731 (named for what it takes)
    raw = [MIXES[name](counts, whole(counts)) for counts in worlds]
    pooled = [rows[rows["group_a"].eq("all") & rows["area"].isin(["X0", "X1"])] for rows in raw]
    told = pooled[0][["estimate", "conf_low", "p_value"] if "p_value" in pooled[0] else ["conf_low"]]
    assert (told - pooled[1][told.columns]).abs().max().max() > 1e-4
    shut = [opened(counts, masks[0]) for counts in worlds]
    found = [MIXES[name](of, whole(counts)) for of, counts in zip(shut, worlds, strict=True)]
    pd.testing.assert_frame_equal(*found)
    rows = found[0][found[0]["group_a"].eq("all") & found[0]["area"].eq("X0")]
    assert rows[told.columns].notna().any(axis=None)
    assert not any(cell in masks[0].hidden for row in rows["rests_on"] for cell in row)
    # What is left out keeps its rows, so that they can be marked, and an empty group has as many.
    assert len(found[0]) == len(raw[0])


@pytest.mark.parametrize("make", [expected.expected, heterogeneity.spread])
def test_a_mean_of_areas_tells_nothing_of_the_areas_that_are_hidden(make):
    """B38. The seventh area has too few for pages: what it answered moves no other area's range."""
    counts = survey(exchanged=False)
    other = counts.copy()
    other.loc[other["area"].eq("X6"), [1, 2]] = counts.loc[counts["area"].eq("X6"), [2, 1]].to_numpy()
    assert "X6" in closed(counts).silent
    found = [make(local(opened(of, closed(of), areas=True), wave="3"), ITEMS) for of in (counts, other)]
    raw = [make(local(of, wave="3"), ITEMS) for of in (counts, other)]
    shown = [rows[rows["area"].ne("X6")].reset_index(drop=True) for rows in found]
    pd.testing.assert_frame_equal(*shown)
    assert not raw[0]["estimate"].equals(raw[1]["estimate"])


def test_possible_answers_of_a_hidden_group_are_as_many_as_the_total_leaves():
    """B39. Two groups of eight and nine: beside the total, a fixed mix would leave one possibility."""
    n = {"a": (40, 40), "g": (8, 30), "h": (9, 12)}

    def world(hits):
        rows = [
            {"area": "X1", "wave": str(w + 1), "group": g, "item": "q", 1: base - x, 2: x}
            for g, bases in n.items()
            for w, (base, x) in enumerate(zip(bases, (hits[g], bases[1] // 2), strict=True))
        ]
        return pd.DataFrame(rows)

    hidden = frozenset({("X1", "1", group, "q") for group in "gh"})
    possible = [{"a": 22, "g": x, "h": 9 - x} for x in range(9)]

    def told_of(close):
        seen = set()
        for hits in possible:
            rows = wave_shares.standardised(close(world(hits)), ITEMS)
            row = rows[rows["group_a"].eq("all") & rows["wave"].eq("1")].iloc[0]
            seen.add(tuple(row[["estimate", "conf_low", "conf_high"]].astype(float).round(2)))
        return len(seen)

    assert told_of(lambda counts: counts) >= 8
    assert told_of(lambda counts: opened(counts, Mask(hidden=hidden))) == 1


def test_of_a_release_nobody_or_eleven_are_left_between_the_country_and_its_areas():
    """A23, with every other line: what is hidden of a line that is shown is nobody or eleven."""
    counts = survey(exchanged=False)
    people = responses.largest_bases(local(counts))
    least = []
    for close in (primary, decide):
        shown = opened(counts, Mask.of(close(counts, ITEMS, people, latest="3")))
        gone = local(counts).assign(left=cells.valid(local(counts)) - cells.valid(local(shown)))
        whole = gone.groupby(["wave", "group"])["left"].sum()
        inside = gone[gone["area"].ne("X6")].groupby(["area", "wave"])["left"].sum()
        least.append([left[left > 0].min() for left in (whole, inside)])
    # By size alone six are left of the country; the seventh area has no page, so that it has no line.
    assert least[0][0] == 6
    assert min(least[1]) >= 11


def test_the_same_marks_stand_for_a_group_of_nobody_and_for_one_of_a_few():
    counts = survey(exchanged=False)
    empty = counts.copy()
    empty.loc[empty["area"].eq("X0") & empty["group"].eq("g"), [1, 2]] = 0
    found = [opened(of, closed(counts)) for of in (counts, empty)]
    pd.testing.assert_frame_equal(*(of[of["area"].eq("X0") & of["group"].ne("all")] for of in found))


def test_answers_of_hidden_cells_are_blank_and_what_was_not_asked_stays_so():
    answers = pd.DataFrame({"area": "X1", "wave": "1", "group": list("aab"), "p": [1, -1, 2], "q": 5})
    before = answers.copy()
    hidden = frozenset({("X1", "1", "a", "p"), ("national", "1", "b", "q")})
    assert told(answers, Mask(hidden=hidden), ["p", "q"])["p"].tolist() == [0, -1, 2]
    assert told(answers, Mask(hidden=hidden), ["p", "q"])["q"].tolist() == [5, 5, 5]
    whole = told(answers, Mask(hidden=hidden), ["p", "q"], area="national")
    assert (whole["p"].tolist(), whole["q"].tolist()) == ([1, -1, 2], [5, 5, 0])
    assert told(answers, Mask(silent=frozenset({"X1"})), ["q"])["q"].tolist() == [0, 0, 0]
    pd.testing.assert_frame_equal(answers, before)


def weigh(values, weights):
    """Give the weighted row of one group of respondents."""
    answers = pd.DataFrame({"q": values, "weight": weights}).assign(
        area="X1", wave="1", group="a", stratum="", psu=""
    )
    rows = weighted.shares(answers, ITEMS, area="X1", wave="1", groups=["a"])
    return Mask().protect(rows, WORDS).frame.iloc[0]


def test_a_weighted_base_of_sixty_on_eight_people_is_hidden():
    """A06."""
    row = weigh([1, 2] * 4, [7.5, 7.4] * 4)
    assert row["suppressed"]
    assert row[results.NUMBERS].isna().all()


def test_a_result_that_one_person_has_two_fifths_of_the_weight_in_is_hidden():
    """A07."""
    heavy = weigh([1, 2] * 6, [1.0] * 11 + [11 * 0.4 / 0.6])
    assert heavy["suppressed"]
    assert (heavy["estimate_text"], heavy["n_text"], heavy["reason"]) == ("[c]", "[c]", "c")
    assert not weigh([1, 2] * 6, [1.0] * 12)["suppressed"]
    # Nobody has a quarter and no two have two fifths, but all count for fewer than eight of equal weight.
    spread = [1.0] * 20 + [24.0] * 5
    worth = sum(spread) ** 2 / sum(w * w for w in spread)
    assert 2 * max(spread) < 0.4 * sum(spread)
    assert worth < 8
    assert weigh([1, 2] * 12 + [1], spread)["suppressed"]


@pytest.mark.parametrize("straight", [0, 4, 11, 49, 50])
def test_a_share_without_those_who_gave_one_answer_throughout_needs_fifty_of_them(straight):
    """A31."""
    rng, names = np.random.default_rng(0), list("pqrst")
    codes = rng.integers(1, 6, (120, 5))
    codes[:, 0], codes[:, 1] = 1, 2
    codes[:straight] = 3
    answers = pd.DataFrame(codes, columns=names).assign(area="X1", wave="1", group="a")
    items = pd.DataFrame(
        {"block": "f", "scale": "s", "k": 5, "top_from": 4, "team": "", "numeric": False}, index=names
    )
    row = quality.without(answers, items, item="r")
    assert row["n_b"].tolist() == [straight]
    assert Mask().protect(row, WORDS).frame["suppressed"].tolist() == [straight < 50]


def few(frame):
    """Leave eight of two groups in two areas, and have four of them give whole sheets of others."""
    place = [frame[name].astype(str) for name in ("area", "group", "wave")]
    small = place[0].isin(["X001", "X002"]) & place[1].isin(["gp", "community"])
    kept = ~small | (frame.groupby(place).cumcount() < 8)
    return frame[kept].reset_index(drop=True)


def exchange(frame, *, exchanged, wave):
    """Exchange the sheets of a GP and of a community nurse, in one area and the other way in the other."""
    frame = few(frame).copy()
    named = ["respondent", "area", "wave", "group", "role"]
    asked = [name for name in frame if name not in named]
    common = [name for name in asked if not name.startswith(("trust_", "rel_"))]
    sheets = frame.loc[frame["area"].eq("X005") & frame["wave"].astype(str).eq(wave), common].to_numpy()
    for k in range(4):
        one, two = sheets[2 * k], sheets[2 * k + 1]
        turned = (two, one) if exchanged else (one, two)
        for area, given in (("X001", turned), ("X002", turned[::-1])):
            for group, sheet in zip(("gp", "community"), given, strict=True):
                here = frame["area"].eq(area) & frame["group"].eq(group) & frame["wave"].astype(str).eq(wave)
                row = frame.index[here][k]
                frame.loc[row, asked] = "6"
                frame.loc[row, common] = sheet
                frame.loc[row, "role"] = "front_line"
    return frame


def turn(frame, *, exchanged, wave):
    """Have one person of two groups name what these hardly ever name: here the GP, there the nurse."""
    frame = frame.copy()
    place = [frame[name].astype(str) for name in ("area", "group", "wave")]
    small = place[0].isin(["X001", "X002"]) & place[1].isin(["gp", "community"]) & place[2].eq(wave)
    frame.loc[small, "ed_pressure"] = "2"
    for area in ("X001", "X002"):
        for group in ("gp", "community"):
            row = frame.index[small & place[0].eq(area) & place[1].eq(group)][0]
            named = ["respondent", "area", "wave", "group", "role"]
            frame.loc[row, [name for name in frame if name not in named]] = "6"
            frame.loc[row, "role"] = "front_line"
            names_it = ((area == "X001") == (group == "gp")) != exchanged
            frame.loc[row, "ed_pressure"] = "4" if names_it else "2"
    return frame


def published(to, notebooks, change, *, kept, exchanged, wave):
    """Carry the notebooks out, and give the tables that they write."""
    answers = lambda frame: change(frame, exchanged=exchanged, wave=wave)  # noqa: E731 (as an argument)
    home = sample.folder(to / "survey", areas=AREAS, answers=answers)
    measured = measuring.measure(folder.load(home))
    assert ("X001", wave, "gp", "ed_pressure") in getattr(measured.mask, kept)
    release.write(measured, to / "release")
    folders = {"release": str(to / "release"), "outputs": str(to / "out"), "made": str(to / "out")}
    given = {"survey": str(home), "area": "X001", "answers": ""} | folders
    for notebook in notebooks:
        document = json.loads(notebook.read_text(encoding="utf-8"))
        code = ["".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "code"]
        script = to / f"{notebook.stem}.py"
        script.write_text("\n".join(code[1:]), encoding="utf-8")
        runpy.run_path(str(script), init_globals=given)
    read = {"dtype": str, "keep_default_na": False}
    return {path.stem: pd.read_csv(path, **read) for path in sorted((to / "out").rglob("*.csv"))}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "kept", "wave"),
    [(exchange, "hidden", "2017"), (exchange, "hidden", "2019"), (turn, "bounded", "2019")],
    ids=["B40 hidden in 2017", "B40 hidden in 2019", "B81 a bound"],
)
def test_no_number_of_any_page_moves_with_answers_exchanged_in_cells_not_told(
    change, kept, wave, tmp_path, monkeypatch
):
    monkeypatch.setattr(display, "display", lambda *shown, **options: None)
    wanted = [f"area/0{k}_*.ipynb" for k in range(1, 7)] + ["national/2[012]_*.ipynb"]
    notebooks = [path for names in wanted for path in sorted((sample.ROOT / "notebooks").glob(names))]
    assert len(notebooks) == 9
    worlds = [
        published(tmp_path / str(exchanged), notebooks, change, kept=kept, exchanged=exchanged, wave=wave)
        for exchanged in (False, True)
    ]
    assert [*worlds[0]] == [path.stem for path in notebooks]
    for name, table in worlds[0].items():
        assert (table["suppressed"] == "False").any(), name
        pd.testing.assert_frame_equal(table, worlds[1][name], obj=name)

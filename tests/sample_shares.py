"""A small survey of which only shares are known, for tests: in the wide layout and in the long one."""

from pathlib import Path

QUESTIONNAIRE = """
survey: small
title: A small survey
synthetic: false
citation: Written for a test
names: {area: place, areas: places, respondents: staff}
sampling: {design: census}
shares: shares.csv
waves: [{id: "1", label: First, time: 1}, {id: "2", label: Second, time: 2}]
groups: [{id: staff, label: Staff}]
scales:
  agree:
    categories: [{code: 0, label: Not so}, {code: 1, label: Agreed}]
    positive: [1]
    positive_phrase: agree
items:
  - {id: heard, block: statement, scale: agree, label: Being heard, text: I am heard}
  - {id: tired, block: statement, scale: agree, label: Being tired, text: I am tired}
headline: heard
columns:
  wave: year
  area: trust
  items: {heard: {base: n_heard, rate: heard}, tired: {base: n_tired, count: tired}}
"""
LONG_COLUMNS = "columns: {wave: year, area: trust, item: question, base: n, rate: percent}\n"
AREAS = "code,name,region,in_answers\nX1,Ashby,North,T1\nX2,Birch,South,T2\n"
SHARES = """trust,year,n_heard,heard,n_tired,tired
T1,1,40,62.5,38,12
T1,2,55,34.1,60,20
T2,2,200,50.2,,
"""
LONG = """area,wave,item,base,rate
X1,1,heard,40,62.5
X1,1,Being tired,38,31.6
X2,2,heard,200,50.2
"""


def columns(text: str = "") -> str:
    """Give the questionnaire with other words on columns, or none."""
    return QUESTIONNAIRE[: QUESTIONNAIRE.index("columns:")] + text


def folder(home: Path, *, questionnaire: str = QUESTIONNAIRE, shares: str = SHARES) -> Path:
    """Write a survey folder."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "questionnaire.yaml").write_text(questionnaire)
    (home / "areas.csv").write_text(AREAS)
    (home / "shares.csv").write_text(shares)
    return home

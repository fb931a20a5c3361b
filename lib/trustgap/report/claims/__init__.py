"""Published statements held against a study: which hold here, which do not, which nobody can tell."""

from trustgap.report.claims.beside import beside, decided
from trustgap.report.claims.evaluation import evaluate, shown
from trustgap.report.claims.ledger import tables

__all__ = ["beside", "decided", "evaluate", "shown", "tables"]

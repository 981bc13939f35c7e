"""How surprising a neighborhood's sum is, and how many surprises to believe: one door to all tests.

Counts with neighborhoods: `exact_p`. Other values with neighborhoods: `shared_draw_p`. Graded
weights, or too much for these: `pearson3_p`. Then `fdr`, then `classes`.
"""

from analysis.exact import MAX_WORK, Null, exact_p, exact_tails, two_sided
from analysis.fdr import CLASS_LIMITS, classes, fdr
from analysis.pearson import pearson3_p
from analysis.shared_draws import shared_draw_p

__all__ = [
    "CLASS_LIMITS",
    "MAX_WORK",
    "Null",
    "classes",
    "exact_p",
    "exact_tails",
    "fdr",
    "pearson3_p",
    "shared_draw_p",
    "two_sided",
]

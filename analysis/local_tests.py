"""The two tests of a neighborhood: more than chance puts there, more than its people explain."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis import rates, significance
from analysis.cut_cells import cut_gi_star
from analysis.getis_ord import Floats
from analysis.heterogeneity import in_words
from analysis.kept_steps import kept
from analysis.result import Parameter
from analysis.study import Study
from analysis.suited import suited_p


@dataclass(frozen=True, eq=False)
class Outcome:
    """One test of all neighborhoods: on which side (above 0: high) and how surely, shape (n,)."""

    direction: Floats
    p: Floats
    q: Floats

    def classes(self) -> Floats:
        """Classes of confidence, -3 to 3, NaN where not computable."""
        return significance.classes(self.direction, self.q)


@dataclass(frozen=True, eq=False)
class Held:
    """What areas hold, shape (n,): events and people; and where that matters more of them.

    `part` is the label of a part of the study, `ground` the share of each cell of a grid that lies
    in the study area.
    """

    count: Floats
    people: Floats
    part: NDArray[np.object_] | None = None
    ground: Floats | None = None

    @property
    def has_people(self) -> bool:
        """Whether a test by population can be made: people are known, and events are whole."""
        known = self.count[np.isfinite(self.count)]
        return bool((self.people > 0).any() and (known == np.rint(known)).all())


@kept(8, "correction", "seed")
def by_counts(
    study: Study, values: Floats, weights: sparse.csr_array, ground: Floats | None = None
) -> tuple[Outcome, tuple[Parameter, ...]]:
    """Test by Gi* whether a neighborhood holds more than chance puts on its ground.

    `ground` is the share of each cell that lies in the study area; without it all are whole.
    """
    share = np.ones(values.size) if ground is None else ground
    found = suited_p(values, weights, share, seed=study.seed)
    name, reason = (text.format(draws=found.draws, why=found.why) for text in _WAYS[found.how])
    z = cut_gi_star(values, share, weights)
    outcome = Outcome(z, found.p, _corrected(study, found.p))
    return outcome, (Parameter("p-values", name, reason),)


def by_people(
    study: Study, held: Held, weights: sparse.csr_array
) -> tuple[Outcome, tuple[Parameter, ...]]:
    """Test whether a neighborhood holds more than its share of people; NaN where not known.

    The direction is the neighborhood's relative risk less 1.
    """
    if not held.has_people:
        nothing = np.full(held.count.size, np.nan)
        return Outcome(nothing, nothing, nothing), ()
    return _by_people(study, held.count, held.people, held.part, weights)


@kept(8, "correction")
def _by_people(
    study: Study,
    count: Floats,
    people: Floats,
    part: NDArray[np.object_] | None,
    weights: sparse.csr_array,
) -> tuple[Outcome, tuple[Parameter, ...]]:
    held = Held(count, people, part)
    phi = rates.own_differences(held.count, held.people, weights, strata=held.part)
    p = np.full(held.count.size, np.nan)
    if not np.isnan(phi):  # else too few are neighbors to tell how much places differ anyway
        p = rates.risk_adjusted_p(held.count, held.people, weights, phi=phi, strata=held.part)
    risk = rates.relative_risk(held.count, held.people, weights, strata=held.part)
    told = (_ordinary(phi), _against(held)) if np.isfinite(p).any() else ()
    return Outcome(risk - 1, p, _corrected(study, p)), told


def alone(values: Floats, weights: sparse.csr_array) -> NDArray[np.bool_]:
    """Areas without a neighbor whose value is known."""
    member = sparse.csr_array(weights != 0, dtype=np.float64)
    lonely: NDArray[np.bool_] = member @ np.isfinite(values).astype(float) <= 1
    return lonely


def expected(held: Held) -> Floats:
    """Events of each area if everybody ran the same risk, in its part of the study; NaN: unknown.

    Examples
    --------
    >>> expected(Held(np.array([3.0, 1.0]), np.array([100.0, 300.0])))
    array([1., 3.])
    """
    known = np.isfinite(held.count) & (held.people > 0)
    label = np.zeros(known.size) if held.part is None else held.part
    part = np.unique(label, return_inverse=True)[1]
    events = np.bincount(part, np.where(known, held.count, 0.0))
    people = np.bincount(part, np.where(known, held.people, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known, held.people * (events / people)[part], np.nan)


_WAYS: Final = {
    "exact": (
        "exact, two-sided",
        "Counts are whole numbers: every way to shuffle them over the areas is counted.",
    ),
    "shuffled": (
        "{draws:,} shuffles, two-sided",
        "{why} So they are shuffled over the areas, which is right however skewed they are.",
    ),
    "curve": (
        "Pearson III, two-sided",
        "{why} The curve has the exact skewness; where a few values are very high it is too bold.",
    ),
}
"""Of p-values: their name, and why they are made so."""


def _corrected(study: Study, p: Floats) -> Floats:
    return p.copy() if study.correction == "none" else significance.fdr(p, study.correction)


def _ordinary(phi: float) -> Parameter:
    """Say what the population-adjusted test takes for ordinary."""
    curve = "negative binomial" if phi else "binomial"
    reason = "Asks whether a neighborhood holds more events than its share of people"
    if phi:
        reason += (
            f", and more than places differ anyway: by {in_words(phi)} from what "
            f"is around them, as the differences between neighbors show (phi = {phi:.3f})"
        )
    return Parameter("Population-adjusted test", f"{curve}, mid-p, two-sided", f"{reason}.")


def _against(held: Held) -> Parameter:
    """Say whose risk is the ordinary one."""
    if held.part is None:
        return Parameter(
            "Ordinary risk", "that of the whole study area",
            "So a state where more happens may be hot as a whole.",
        )  # fmt: skip
    return Parameter(
        "Ordinary risk", "that of each state", "You chose it: hot means for its state."
    )

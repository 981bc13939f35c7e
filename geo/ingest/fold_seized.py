"""One row an incident: what was seized in it, drug by drug."""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.ingest.amounts import LINE
from geo.schema import DRUGS, MASS_G, QUANTITY, SEIZED, SOURCE_ROW, UNIT, WRITTEN, Note
from geo.seized import Part, measured, one_drug, spell, whole
from geo.words import count_of

_MOST_NOTED: Final = 1000
_SAME: Final = ("incident", DRUGS, WRITTEN, QUANTITY, UNIT)


def fold_seized(
    amounts: pd.DataFrame,
    codes: NDArray[np.intp],
    folded: pd.DataFrame,
    victim: pd.Series | None,
    notes: list[Note],
) -> pd.DataFrame:
    """Say what was seized in each incident: its parts, and one quantity where they are one.

    Quantities are added up only where all parts name the same drug and unit. Where victims are
    numbered, lines of one repeat what those of another say: each part counts as often as for the
    victim who has most of it.

    Parameters
    ----------
    amounts : DataFrame
        From `read_amounts`.
    codes : ndarray of int, shape (lines,)
        Position of the incident of each line.
    folded : DataFrame, shape (n, ...)
        Incidents: `source_row`.
    victim : Series of str, shape (lines,), optional
        Number of the victim of each line.
    notes : list of Note
        Where to say what was done.

    Returns
    -------
    DataFrame, shape (n, 5)
        `quantity`, `unit`, `mass_g`, `seized`, `drug_as_written`; index 0..n-1.
    """
    size = len(folded)
    answer = pd.DataFrame(
        {QUANTITY: np.full(size, np.nan), UNIT: "", MASS_G: np.full(size, np.nan), SEIZED: ""}
    ).assign(**{WRITTEN: ""})
    answer = answer.astype({UNIT: "str", SEIZED: "str", WRITTEN: "str"})
    if amounts.empty:
        return answer
    at = codes[amounts[LINE]]
    several = np.bincount(at, minlength=size) > 1
    alone = ~several[at]
    for name in (QUANTITY, UNIT, MASS_G, WRITTEN):
        answer.iloc[at[alone], answer.columns.get_loc(name)] = amounts.loc[alone, name].to_numpy()
    if several.any():
        rows = folded[SOURCE_ROW].to_numpy(dtype=np.int64)
        _add_up(answer, amounts[~alone], at[~alone], victim, rows, notes)
    return answer


def parts_by_line(amounts: pd.DataFrame, codes: NDArray[np.intp]) -> pd.Series | None:
    """Spell what each line says was seized, "" for the only line of an incident.

    Parameters
    ----------
    amounts : DataFrame
        From `read_amounts`; None comes back where it is empty.
    codes : ndarray of int, shape (lines,)
        Position of the incident of each line.
    """
    if amounts.empty:
        return None
    several = np.bincount(codes)[codes] > 1
    said = pd.Series(np.where(several, spell([]), ""), dtype="str")
    told = amounts[several[amounts[LINE]]]
    parts: dict[int, list[Part]] = {}
    columns = (told[name].tolist() for name in (LINE, DRUGS, WRITTEN, QUANTITY, UNIT))
    for line, drug, written, quantity, unit in zip(*columns, strict=True):
        known = None if np.isnan(quantity) else quantity
        parts.setdefault(line, []).append(Part(drug, written, known, unit))
    said.iloc[list(parts)] = [spell(some) for some in parts.values()]
    return said


def _add_up(  # noqa: PLR0913, PLR0917  (parts, whose they are, and where to say what was done)
    answer: pd.DataFrame,
    amounts: pd.DataFrame,
    at: NDArray[np.intp],
    victim: pd.Series | None,
    rows: NDArray[np.int64],
    notes: list[Note],
) -> None:
    """Write the parts of incidents that have several, and one quantity where it is one."""
    amounts = amounts.assign(incident=at)
    amounts = amounts[~_repeated(amounts, victim, rows, notes)]
    parts: dict[int, list[Part]] = {}
    for incident, drug, written, quantity, unit in zip(
        *(amounts[name].tolist() for name in _SAME), strict=True
    ):
        known = None if np.isnan(quantity) else quantity
        parts.setdefault(incident, []).append(Part(drug, written, known, unit))
    sums = pd.DataFrame([whole(some) for some in parts.values()], index=list(parts))
    answer.loc[sums.index, list(sums.columns)] = sums
    kept = {incident: spell(some) for incident, some in parts.items() if len(some) > 1}
    answer.loc[list(kept), SEIZED] = list(kept.values())
    single = {incident: some[0].written for incident, some in parts.items() if len(some) == 1}
    answer.loc[list(single), WRITTEN] = list(single.values())
    apart = np.array([i for i, some in parts.items() if measured(some) and not one_drug(some)])
    if len(apart):
        words = (
            "{} with quantities of several drugs, or of drugs not named: each is kept by itself. "
            "They are not added up, because grams of different drugs are different things."
        )
        _say(words, apart, rows, notes, warn=False)


def _repeated(
    amounts: pd.DataFrame, victim: pd.Series | None, rows: NDArray[np.int64], notes: list[Note]
) -> NDArray[np.bool_]:
    """Whether a part was told for another victim already; says where parts are the same."""
    if victim is None:
        again = (amounts.duplicated(_SAME) & amounts[QUANTITY].notna()).to_numpy(dtype=bool)
        words = (
            "{} with the same drug and quantity more than once: each counts. If the file repeats "
            'them for each person, say which column is the "Victim number".'
        )
    else:
        told = amounts.assign(victim=victim.to_numpy()[amounts[LINE]])
        told["turn"] = told.groupby([*_SAME, "victim"], dropna=False).cumcount()
        again = told.duplicated([*_SAME, "turn"]).to_numpy(dtype=bool)
        words = "{} with what was seized repeated for another victim: it counts once."
    if again.any():
        which = np.unique(amounts.loc[again, "incident"])
        _say(words, which, rows, notes, warn=victim is None)
    return again if victim is not None else np.zeros(len(again), dtype=bool)


def _say(
    text: str,
    incidents: NDArray[np.int64],
    rows: NDArray[np.int64],
    notes: list[Note],
    *,
    warn: bool = True,
) -> None:
    """Note incidents by their first rows."""
    shown = tuple(int(row) for row in rows[incidents[:_MOST_NOTED]])
    words = text.format(count_of(len(incidents), "incident", "incidents"))
    notes.append(Note(words, "warning" if warn else "info", len(incidents), shown))

"""Counting linked records of several sources once, when a person has chosen so."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from analysis.linkage.linking import link_all
from analysis.words import count_of
from geo.errors import StudyError
from geo.schema import RECORD_ID, SOURCE_ROW, Note, Records

SETTING: Final = "linked records count once"
"""Under which name the store keeps the choice, for everybody and for the shell."""

_MOST_ROWS = 1_000


@dataclass(frozen=True)
class CountOnce:
    """How probable duplicates of two sources count: the first of `prefer` that has one counts.

    Examples
    --------
    >>> CountOnce.from_text(CountOnce(("coroner", "ems"), 0.9).to_text())
    CountOnce(prefer=('coroner', 'ems'), at_least=0.9)
    >>> CountOnce.from_text(None) is None
    True
    """

    prefer: tuple[str, ...]
    at_least: float

    def to_text(self) -> str:
        """Write the choice as the store keeps it."""
        return json.dumps({"prefer": self.prefer, "at_least": self.at_least})

    @classmethod
    def from_text(cls, text: str | None) -> "CountOnce | None":
        """Read what the store keeps; None where each record counts."""
        if text is None:
            return None
        plain = json.loads(text)
        return cls(tuple(plain["prefer"]), float(plain["at_least"]))


def as_chosen(records: Sequence[Records], choice: CountOnce | None) -> tuple[Records, ...]:
    """Let records count as somebody chose, in the given order.

    Sources of the choice that are not among the records, because they were undone, removed or are
    not looked at, play no part in it.
    """
    if choice is None or len(records) < 2:
        return tuple(records)
    there = {one.source for one in records}
    prefer = [name for name in choice.prefer if name in there]
    return tuple(count_once(records, link_all(records), prefer, choice.at_least))


def not_counted(records: Sequence[Records], counted: Sequence[Records]) -> int:
    """How many incidents a choice leaves out."""
    return sum(one.incidents for one in records) - sum(one.incidents for one in counted)


def count_once(
    records: Sequence[Records], links: pd.DataFrame, prefer: Sequence[str], threshold: float
) -> list[Records]:
    """Leave out the less preferred record of each pair that is sure enough.

    Nothing is merged: the preferred record stays as it is, the other is not counted. Of three
    linked sources only the most preferred record stays.

    Parameters
    ----------
    records : sequence of Records
        Sources with different names.
    links : DataFrame
        From `linkage.link_all`.
    prefer : sequence of str
        Names of the sources, the one to keep first; the others follow in the order of `records`.
    threshold : float
        Least probability of a pair that is counted once, 0..1.

    Returns
    -------
    list of Records
        In the given order. A source that loses records has a note that says how many and by which
        rule, and a digest of its own for this choice; the others are returned as they are.

    Raises
    ------
    StudyError
        The threshold is no probability, or a preferred source is not there.
    """
    if not 0 <= threshold <= 1:
        raise StudyError("The threshold is no probability.", "Give a number from 0 to 1.")
    names = [one.source for one in records]
    if not set(prefer) <= set(names):
        raise StudyError("A preferred source is not among the records.", "Choose from those there.")
    if len(set(names)) < len(names):
        raise StudyError("Two sources have the same name.", "Rename one of them.")
    rank = {name: place for place, name in enumerate(dict.fromkeys([*prefer, *names]))}
    sure = links[
        (links["probability"] >= threshold)
        & links["source_a"].isin(names)
        & links["source_b"].isin(names)
    ]
    first_goes = sure["source_a"].map(rank) > sure["source_b"].map(rank)
    goes = pd.DataFrame(
        {
            "source": sure["source_a"].where(first_goes, sure["source_b"]),
            "record": sure["record_a"].where(first_goes, sure["record_b"]),
            "stays": sure["source_b"].where(first_goes, sure["source_a"]),
        }
    )
    return [_without(one, goes[goes["source"] == one.source], threshold) for one in records]


def _without(records: Records, goes: pd.DataFrame, threshold: float) -> Records:
    table = records.table
    out = table[RECORD_ID].isin(set(goes["record"]))
    if not out.any():
        return records
    kept = sorted(set(goes["stays"]))
    number = int(out.sum())
    words = (
        f"{count_of(number, 'record is', 'records are')} not counted: linked to a record of "
        f"{' or '.join(kept)}, which is preferred, with a probability of at least {threshold:.0%}."
    )
    rows = tuple(int(row) for row in table.loc[out, SOURCE_ROW].head(_MOST_ROWS))
    note = Note(words, "warning", number, rows)
    choice = hashlib.blake2b(f"{records.digest} {threshold}".encode(), digest_size=16)
    for record in sorted(table.loc[out, RECORD_ID]):
        choice.update(f"\x1f{record}".encode())
    return replace(
        records,
        table=table[~out].reset_index(drop=True),
        report=replace(records.report, notes=(*records.report.notes, note)),
        digest=choice.hexdigest(),
    )

"""How much was seized of each drug, and the parts that sums are made of."""

from typing import Final

import pandas as pd

from boundaries import load
from geo.schema import (
    COUNT,
    DRUGS,
    GEOID,
    MASS_G,
    OCCURRED_ON,
    QUANTITY,
    RECORD_ID,
    TIME_PRECISION,
    UNIT,
    WRITTEN,
)
from geo.seized import MILLILITERS, UNITS, named, parts_of

SEIZURES: Final = "seizures"  # float, in which there was some of it; NaN where that is not known
AT_MOST: Final = "seizures_at_most"  # float, where it is not known in how many; else NaN
DOSES: Final = "doses"
PLANTS: Final = "plants"
VOLUME_ML: Final = "volume_ml"
NOT_KNOWN: Final = "not_known"  # int, parts without a quantity in any known unit


def by_drug(table: pd.DataFrame) -> pd.DataFrame:
    """Add up what was seized, drug by drug; never over drugs, nor grams with doses.

    Parameters
    ----------
    table : DataFrame, shape (n, ...)
        Records, with an index that names each once; overdoses among them are passed over.

    Returns
    -------
    DataFrame, shape (drugs, 7)
        `SEIZURES`, `AT_MOST`, `mass_g`, `DOSES`, `PLANTS`, `VOLUME_ML` (NaN where none was measured
        so), `NOT_KNOWN`; index `drugs`, as in records: a mixture is a drug of its own, "" was not
        named. Most seizures first. A record that stands for several seizures and has several drugs
        does not say in how many of them each was.

    Examples
    --------
    >>> from geo.seized import Part, spell
    >>> both = spell([Part("|heroin|", "", 1, "KG"), Part("|meth|", "", 30, "DU")])
    >>> row = {"kind": "seizure", COUNT: 1.0, RECORD_ID: "7", DRUGS: "|heroin|meth|"}
    >>> row |= {QUANTITY: float("nan"), UNIT: "", MASS_G: float("nan"), "seized": both, WRITTEN: ""}
    >>> by_drug(pd.DataFrame([row]))[[SEIZURES, MASS_G, DOSES]].fillna(-1).T.to_dict("list")
    {'|heroin|': [1.0, 1000.0, -1.0], '|meth|': [1.0, -1.0, 30.0]}
    """
    parts = parts_of(table)
    unit, quantity = parts[UNIT], parts[QUANTITY]
    measured = pd.DataFrame(
        {
            MASS_G: parts[MASS_G],
            DOSES: quantity.where(unit == "DU"),
            PLANTS: quantity.where(unit == "NP"),
            VOLUME_ML: quantity * unit.map(MILLILITERS).astype("float64"),
        }
    )
    sums = measured.groupby(parts[DRUGS]).sum(min_count=1)
    once = (
        ~pd.DataFrame({"of": parts.index, DRUGS: parts[DRUGS].to_numpy()}).duplicated().to_numpy()
    )
    of, drug = parts.index[once], parts.loc[once, DRUGS].to_numpy()
    stand_for = table[COUNT].reindex(of)
    unclear = (stand_for.to_numpy() > 1) & of.duplicated(keep=False)
    most = stand_for.groupby(drug).sum()
    known = ~pd.Series(unclear).groupby(drug).any()
    sums.insert(0, SEIZURES, most.where(known))
    sums.insert(1, AT_MOST, most.mask(known))
    sums[NOT_KNOWN] = measured.isna().all(axis=1).groupby(parts[DRUGS]).sum()
    return sums.loc[most.reindex(sums.index).sort_values(ascending=False, kind="stable").index]


def listed(table: pd.DataFrame) -> pd.DataFrame:
    """List what was seized for a spreadsheet, one row a drug of a seizure.

    Returns
    -------
    DataFrame
        `record_id`, day, its precision, seizures it stands for, county with code, drug in words and
        as the file calls it, quantity, unit in words, `mass_g`; in the order of the records.
    """
    parts = parts_of(table)
    of = table.loc[parts.index]
    counties = load.counties()
    return pd.DataFrame(
        {
            RECORD_ID: parts[RECORD_ID],
            OCCURRED_ON: of[OCCURRED_ON].dt.strftime("%Y-%m-%d").fillna(""),
            TIME_PRECISION: of[TIME_PRECISION],
            COUNT: of[COUNT],
            GEOID: of[GEOID],
            "county": of[GEOID].map(counties["name"] + ", " + counties["state"]).fillna(""),
            "drug": parts[DRUGS].map({code: named(code) for code in parts[DRUGS].unique()}),
            WRITTEN: parts[WRITTEN],
            QUANTITY: parts[QUANTITY],
            UNIT: parts[UNIT].map(UNITS).fillna(""),
            MASS_G: parts[MASS_G],
        }
    ).reset_index(drop=True)

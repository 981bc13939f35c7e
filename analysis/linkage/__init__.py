"""Which records of several sources are probably one event, and how to count it once."""

from analysis.linkage.count_once import SETTING, CountOnce, as_chosen, not_counted
from analysis.linkage.linking import COLUMNS, LIKELY, link, link_all
from analysis.linkage.pair_words import sure_in_words

__all__ = [
    "COLUMNS", "LIKELY", "SETTING", "CountOnce", "as_chosen", "link", "link_all", "not_counted",
    "sure_in_words",
]  # fmt: skip

"""Which records of several sources are probably one event, and how to count it once."""

from analysis.linkage.linking import COLUMNS, LIKELY, link, link_all

__all__ = ["COLUMNS", "LIKELY", "link", "link_all"]

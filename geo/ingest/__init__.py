"""Any table in: open, understand, clean. Every row is kept or dropped with a reason.

raw = open_table(data, name)      # cells as text, digest, what is no row
mapping = propose(raw)            # which column is what, for a person to confirm
intake = read(raw, mapping)       # typed rows and what the file says about places
"""

from geo.ingest.clean import Intake, read
from geo.ingest.columns import Mapping
from geo.ingest.proposal import propose
from geo.ingest.read import RawTable, open_table

__all__ = ["Intake", "Mapping", "RawTable", "open_table", "propose", "read"]

"""What came in, kept: every import with its history, corrections and quarantine.

store = open_store(folder)                                # made where there is none
outcome = store.add(raw, mapping, records, source="EMS")  # one file, one transaction
records = store.records("EMS")                            # as they count now
"""

from geo.store.folder import FolderStore, open_store
from geo.store.protocol import Correction, Import, Outcome, Source, Store

__all__ = ["Correction", "FolderStore", "Import", "Outcome", "Source", "Store", "open_store"]

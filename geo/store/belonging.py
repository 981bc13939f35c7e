"""Which source a file belongs to: known again, or only like files that came before."""

from dataclasses import dataclass

from geo.ingest.read import RawTable
from geo.store.mending import MendedTable
from geo.store.protocol import Store


@dataclass(frozen=True)
class Belonging:
    """Source of the store a file most likely belongs to.

    `is_sure` says that this file, a file of its name, or the lines to mend came from that source;
    otherwise it only has the same columns, as the files of another agency may. Two agencies number
    their cases alike: what is not sure is a new source until a person says otherwise.
    """

    source: str | None
    is_sure: bool

    @property
    def known(self) -> str | None:
        """The source, where it is sure."""
        return self.source if self.is_sure else None


def belonging(raw: RawTable, store: Store) -> Belonging:
    """Find the source a file belongs to."""
    sources = store.sources()
    same = {
        known.name
        for known in sources
        for one in known.imports
        if (one.file_digest, one.sheet) == (raw.digest, raw.sheet) and not one.undone
    }
    if len(same) == 1 and not isinstance(raw, MendedTable):
        return Belonging(same.pop(), is_sure=True)
    source = store.source_like(raw)
    names = {one.file_name for known in sources if known.name == source for one in known.imports}
    is_sure = source is not None and (isinstance(raw, MendedTable) or raw.name in names)
    return Belonging(source, is_sure)

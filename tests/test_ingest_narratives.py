"""Narratives: read where no column names drugs, and said so. Expected drugs by reading the text."""

from geo.ingest import open_table, propose, read

TOLD = "Pt denies heroin use, admits to fentanyl. Narcan x2 given."


def table(header: str, *cells: str) -> bytes:
    return f"Case Number,Date,Zip,{header}\n1,2023-01-01,43215,{','.join(cells)}\n".encode()


def test_a_narrative_alone_gives_the_drugs_and_is_warned_of() -> None:
    intake = read(open_table(table("Narrative", f'"{TOLD}"'), "calls.csv"))
    assert intake.table["drugs"].tolist() == ["|fentanyl|"]
    said = [note.severity for note in intake.report.notes if "free text" in note.text]
    assert said == ["warning"]


def test_beside_a_column_of_drugs_it_is_not_read() -> None:
    mapping = propose(open_table(table("Drug,Narrative", "Heroin", f'"{TOLD}"'), "calls.csv"))
    assert mapping.columns("drug") == ("Drug",)
    assert [choice.column for choice in mapping.others] == ["Narrative"]


def test_remarks_without_drugs_are_not_read() -> None:
    assert not propose(open_table(table("Notes", "door locked"), "calls.csv")).columns("drug")


def test_an_amount_beside_a_narrative_makes_no_seizure() -> None:
    raw = open_table(table("Amount,Narrative", "3", f'"{TOLD}"'), "calls.csv")
    assert propose(raw).kind == "overdose"

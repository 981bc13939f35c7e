"""The Census Bureau's batch service, played by a server on this machine that speaks its protocol.

Protocol as documented: POST multipart `addressFile` (id,street,city,state,zip without a header) and
`benchmark`; the reply is CSV in any order; matches have eight fields, the others three.
"""

import csv
import email
import email.policy
import io
import json
import logging
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import pytest

from boundaries import load
from geo.errors import GeocodeError
from geo.geocoding import batch, remote
from geo.geocoding.answer_cache import AnswerCache
from geo.geocoding.street_finder import Asked, Finder


class Bureau(ThreadingHTTPServer):
    """Answers by house number: multiples of 7 tie, of 5 do not match, the rest match."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Desk)
        self.faults: list[str] = []
        self.asked: list[list[str]] = []
        self.requests = 0
        self.address = f"http://127.0.0.1:{self.server_port}"


class Desk(BaseHTTPRequestHandler):
    server: Bureau

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        form = email.message_from_bytes(head + body, policy=email.policy.HTTP)
        parts = {
            part.get_param("name", header="content-disposition"): part.get_content()
            for part in form.iter_parts()
        }
        assert self.path == "/geocoder/locations/addressbatch"
        assert parts["benchmark"].strip() == "Public_AR_Current"
        rows = [row for row in csv.reader(io.StringIO(parts["addressFile"])) if row]
        self.server.requests += 1
        fault = self.server.faults.pop(0) if self.server.faults else ""
        if fault == "503":
            self.send_error(503)
            return
        if fault == "redirect":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/stolen")
            self.end_headers()
            return
        self.server.asked += rows
        text = self.answer(rows)
        if fault == "cut":
            text = text[: len(text) // 2]
        if fault == "mark":
            text = "\ufeff" + text
        if fault == "blank":
            text += "\r\n"
        if fault == "nan":
            text = re.sub(r'"-[\d.]+,[\d.]+"', '"nan,nan"', text)
        if fault == "page":
            text = "<html><body>Try later</body></html>"
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content) + (100 if fault == "short" else 0)))
        self.end_headers()
        self.wfile.write(content)

    @staticmethod
    def answer(rows: list[list[str]]) -> str:
        out = io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        for number, street, city, state, zip5 in reversed(rows):
            house = int(street.split()[0])
            asked = f"{street}, {city}, {state}, {zip5}"
            if house % 7 == 0:
                writer.writerow([number, asked, "Tie"])
            elif house % 5 == 0:
                writer.writerow([number, asked, "No_Match"])
            else:
                kind = "Exact" if house % 2 else "Non_Exact"
                place = f"{-76.25 - house / 1e6:.6f},{36.29 + house / 1e6:.6f}"
                writer.writerow([number, asked, "Match", kind, asked.upper(), place, "1840", "L"])
        return out.getvalue()


@pytest.fixture
def bureau() -> Iterator[Bureau]:
    server = Bureau()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def rows(*numbers: int) -> Asked:
    table = pd.DataFrame({
        "address": [f"{number} Plugh St" for number in numbers], "zip": "27944",
        "city": "Hertford", "state": "NC", "county_fips": "",
    }).astype("str")  # fmt: skip
    return Finder({}, load.gazetteer()).read(table)


def send(bureau: Bureau, asked: Asked, folder: Path, waited: list[float] | None = None, chunk=10):
    cache = AnswerCache(folder)
    consent = remote.agree(asked, cache, "A. Analyst")
    waits: list[float] = [] if waited is None else waited
    return remote.send(
        asked, consent, cache, folder, load.gazetteer(), load.locator().locate,
        server=bureau.address, allowed=frozenset({bureau.address}), chunk=chunk, wait=waits.append,
    )  # fmt: skip


def test_answers_come_back_in_order(bureau: Bureau, tmp_path: Path) -> None:
    found = send(bureau, rows(1, 2, 5, 7, 11), tmp_path)
    assert found["status"].tolist() == ["Match", "Match", "No match", "Tie", "Match"]
    assert found["lon"].dropna().tolist() == [-76.250001, -76.250002, -76.250011]
    assert found["lat"].dropna().tolist() == [36.290001, 36.290002, 36.290011]
    assert found["precision"].tolist() == ["03", "03", "", "", "03"]
    assert found["radius_m"][0] < found["radius_m"][1]


def test_only_four_fields_leave_and_equal_addresses_once(bureau: Bureau, tmp_path: Path) -> None:
    found = send(bureau, rows(1, 1, 2, 1), tmp_path)
    assert sorted(row[1:] for row in bureau.asked) == [
        ["1 PLUGH ST", "Hertford", "NC", "27944"], ["2 PLUGH ST", "Hertford", "NC", "27944"],
    ]  # fmt: skip
    assert found["status"].tolist() == ["Match"] * 4


def test_units_remarks_and_what_is_no_house_stay_here(bureau: Bureau, tmp_path: Path) -> None:
    asked = rows(1, 2, 3, 4)
    written = ["1 Plugh St Apt 9Q (Quentin Xyzzy)", "PO Box 12", "Plugh St & Main St", "near Xyzzy"]
    asked = Finder({}, load.gazetteer()).read(asked.rows.assign(address=written))
    found = send(bureau, asked, tmp_path)
    assert found["status"].tolist() == ["Match", "Not sent", "Not sent", "Not sent"]
    assert [row[1:] for row in bureau.asked] == [["1 PLUGH ST", "Hertford", "NC", "27944"]]
    assert "1 address would leave" in remote.what_leaves(asked)


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        ("77 Ziggy St OD pt Jane Roe DOB 1/2/80", {"", "77 ZIGGY ST"}),
        ("8 Frump Rd JOHN DOE", {"", "8 FRUMP RD"}),
        ("123 Oak St white male 34yo narcan x2", {"", "123 OAK ST"}),
        ("99 Mill Rd case 2024-1123", {"", "99 MILL RD"}),
        ("99 Mill Rd 252-555-1234", {"", "99 MILL RD"}),
        ("1150 Sandy Cross Rd Apt 2", {"1150 SANDY CROSS RD"}),
        ("10 N Martin Luther King Blvd", {"10 N MARTIN LUTHER KING BLVD"}),
    ],
)
def test_no_remark_leaves_and_words_stay_words(written: str, leaves: set[str]) -> None:
    asked = Finder({}, load.gazetteer()).read(rows(1).rows.assign(address=[written]))
    sent = remote.what_is_sent(asked)["street"].tolist()
    assert {*sent, *([] if sent else [""])} <= leaves


def test_a_match_in_another_state_is_not_used(bureau: Bureau, tmp_path: Path) -> None:
    """The server answers with a point near Elizabeth City, NC, to a row of Virginia."""
    asked = rows(3)
    asked = Finder({}, load.gazetteer()).read(asked.rows.assign(state="VA", zip=""))
    found = send(bureau, asked, tmp_path)
    assert found["status"].tolist() == ["In another state"]
    assert found["lon"].isna().all()
    assert len(remote.kept(asked, [0], AnswerCache(tmp_path), load.gazetteer())) == 0


def test_answers_are_used_by_later_runs_without_asking_again(
    bureau: Bureau, tmp_path: Path
) -> None:
    """Elizabeth City, Pasquotank County (37139), lies at 36.29 N, 76.25 W (Census gazetteer)."""
    asked = rows(3, 5, 7)
    cache = AnswerCache(tmp_path)
    before = cache.changes()
    send(bureau, asked, tmp_path)
    assert cache.changes() > before
    requests = bureau.requests
    found = batch.run(asked.rows, Finder({}, load.gazetteer()), cache)
    assert bureau.requests == requests
    assert found["precision"].tolist() == ["03", "", ""]
    assert found["geoid"][0] == "37139"
    assert found["source"][0] == "Census Bureau geocoder, Public_AR_Current"
    assert found["reason"].tolist()[0] == ""
    assert found["reason"][1] == "state not indexed"
    assert found["score"].isna().tolist() == [True, False, False]


@pytest.mark.parametrize("fault", ["503", "cut", "page", "short", "redirect"])
def test_a_chunk_that_fails_is_tried_again(bureau: Bureau, tmp_path: Path, fault: str) -> None:
    bureau.faults = [fault, fault]
    waited: list[float] = []
    found = send(bureau, rows(1, 2, 3), tmp_path, waited)
    assert found["status"].tolist() == ["Match"] * 3
    assert bureau.requests == 3
    assert waited == [1.0, 2.0]


def test_what_was_answered_is_kept_when_the_server_gives_up(bureau: Bureau, tmp_path: Path) -> None:
    bureau.faults = ["", "", *["503"] * 5]
    asked = rows(*range(1, 41))
    with pytest.raises(GeocodeError, match="did not answer") as fault:
        send(bureau, asked, tmp_path)
    assert "Plugh" not in str(fault.value)
    assert len(bureau.asked) == 20
    found = send(bureau, asked, tmp_path)
    assert len(bureau.asked) == 40
    assert len({row[1] for row in bureau.asked}) == 40
    assert (found["status"] != "No answer").all()


def test_nothing_is_sent_without_consent_to_these_rows(bureau: Bureau, tmp_path: Path) -> None:
    cache = AnswerCache(tmp_path)
    here = {"server": bureau.address, "allowed": frozenset({bureau.address})}
    with pytest.raises(GeocodeError, match="Nobody agreed"):
        remote.agree(rows(1), cache, "  ")
    consent = remote.agree(rows(1, 2), cache, "A. Analyst")
    locate = load.locator().locate
    for other in (rows(1, 3), rows(1, 2, 3), rows(1)):
        with pytest.raises(GeocodeError, match="Nobody agreed"):
            remote.send(other, consent, cache, tmp_path, load.gazetteer(), locate, **here)
    with pytest.raises(GeocodeError, match="not one that may be asked"):
        remote.send(
            rows(1, 2), consent, cache, tmp_path, load.gazetteer(), locate, server=bureau.address
        )
    assert bureau.requests == 0


def test_the_audit_says_who_and_how_many_but_not_where(
    bureau: Bureau, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bureau.faults = ["503"]
    with caplog.at_level(logging.DEBUG):
        send(bureau, rows(*range(4711, 4726)), tmp_path)
    lines = [json.loads(line) for line in (tmp_path / remote.AUDIT).read_text().splitlines()]
    assert [(line["rows"], line["of"], line["by"]) for line in lines] == [
        (10, 15, "A. Analyst"), (5, 15, "A. Analyst"),
    ]  # fmt: skip
    assert len({line["job"] for line in lines}) == 1
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (b"plugh", b"4711 ", b"hertford", b"27944"):
        assert secret not in kept.lower() + caplog.text.lower().encode()


def test_a_person_reads_what_would_leave() -> None:
    words = remote.what_leaves(rows(1, 2, 3))
    for part in (
        "3 addresses",
        "geocoding.geo.census.gov",
        "number and street, city, state and ZIP",
    ):
        assert part in words


def test_a_match_far_from_its_row_is_no_place(bureau: Bureau, tmp_path: Path) -> None:
    """The server answers near Elizabeth City; Murphy, ZIP 28906, in the same state, is far off."""
    near = rows(3)
    table = near.rows.assign(city="Murphy", zip="28906")
    asked = Finder({}, load.gazetteer()).read(table)
    found = send(bureau, asked, tmp_path)
    assert found["status"].tolist() == ["In another place"]
    assert found["lon"].isna().all()
    cache = AnswerCache(tmp_path)
    again = batch.run(asked.rows, Finder({}, load.gazetteer()), cache)
    assert again[["precision", "reason"]].to_numpy().tolist() == [["", remote.LIES_FAR]]
    send(bureau, near, tmp_path)
    kept = batch.run(near.rows, Finder({}, load.gazetteer()), cache)
    assert kept["matched_text"].tolist() == ["in Pasquotank County, NC"]


@pytest.mark.parametrize("fault", ["mark", "blank"])
def test_a_mark_of_encoding_or_a_blank_line_is_read(
    bureau: Bureau, tmp_path: Path, fault: str
) -> None:
    bureau.faults = [fault]
    found = send(bureau, rows(1, 2), tmp_path)
    assert found["status"].tolist() == ["Match", "Match"]
    assert bureau.requests == 1


def test_a_match_without_coordinates_is_no_match(bureau: Bureau, tmp_path: Path) -> None:
    bureau.faults = ["nan"]
    found = send(bureau, rows(1), tmp_path)
    assert found[["status", "precision"]].to_numpy().tolist() == [["No match", ""]]

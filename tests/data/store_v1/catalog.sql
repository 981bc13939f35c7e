BEGIN TRANSACTION;
CREATE TABLE corrections (
        source TEXT NOT NULL REFERENCES sources(name) ON DELETE CASCADE,
        record_id TEXT NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        why TEXT NOT NULL,
        corrected_at TEXT NOT NULL,
        was TEXT NOT NULL,
        PRIMARY KEY (source, record_id, field)
    );
INSERT INTO "corrections" VALUES('EMS','1','outcome','fatal','by phone','2020-05-01T00:00:00+00:00','nonfatal');
CREATE TABLE imports (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL REFERENCES sources(name) ON DELETE CASCADE,
        turn INTEGER NOT NULL,
        replaces INTEGER,
        file_name TEXT NOT NULL,
        file_digest TEXT NOT NULL,
        sheet TEXT NOT NULL,
        header_key TEXT NOT NULL,
        reading TEXT NOT NULL,
        is_complete INTEGER NOT NULL,
        is_mend INTEGER NOT NULL,
        imported_at TEXT NOT NULL,
        rows_read INTEGER NOT NULL,
        kept INTEGER NOT NULL,
        dropped INTEGER NOT NULL,
        incidents INTEGER NOT NULL,
        added INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        same INTEGER NOT NULL,
        absent INTEGER NOT NULL,
        withdrawn INTEGER NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0,
        about TEXT NOT NULL,
        records_part TEXT NOT NULL,
        lines_part TEXT NOT NULL,
        quarantine_part TEXT NOT NULL
    );
INSERT INTO "imports" VALUES(1,'EMS',1,NULL,'march.csv','7efd0dc0a079bb6961d169626a2ada30f61ec8558a9d9795982dc64993931c1c','','e5d300bee8406941fce5cb319f13634d','1cdd7a9bec38e51a7fe6f311baad89c1',0,0,'2026-11-24T00:52:15.202859+00:00',3,3,0,3,3,0,0,0,0,0,'{"area_counts": false, "synthetic": false, "extra": {}, "mapping": [["record_id", "case number", 0.95], ["incident.date", "incident date", 0.95], ["incident.lat", "latitude", 0.95], ["incident.lon", "longitude", 0.95], ["drug", "drug", 0.9], ["outcome", "outcome", 0.7]], "notes": []}','00000000000000000000000000000001.parquet','00000000000000000000000000000002.parquet','00000000000000000000000000000003.parquet');
INSERT INTO "imports" VALUES(2,'EMS',2,NULL,'april.csv','7364b687c485a9b1fb3a090ddbdd1c0cf8d2849f40beb2095eeef39c8c8f20a1','','e5d300bee8406941fce5cb319f13634d','35e3a8871c3b4466dbf71f4f212b29dd',0,0,'2026-11-24T00:52:15.287452+00:00',2,2,0,2,1,1,0,2,0,0,'{"area_counts": false, "synthetic": false, "extra": {}, "mapping": [["record_id", "case number", 0.95], ["incident.date", "incident date", 0.95], ["incident.lat", "latitude", 0.95], ["incident.lon", "longitude", 0.95], ["drug", "drug", 0.9], ["outcome", "outcome", 0.7]], "notes": []}','00000000000000000000000000000004.parquet','00000000000000000000000000000005.parquet','00000000000000000000000000000006.parquet');
CREATE TABLE mappings (
        header_key TEXT PRIMARY KEY,
        mapping TEXT NOT NULL,
        confirmed_at TEXT NOT NULL
    );
INSERT INTO "mappings" VALUES('e5d300bee8406941fce5cb319f13634d','{"all_fatal": false, "area_counts": false, "choices": [{"column": "case number", "confidence": 0.95, "role": "record_id", "samples": []}, {"column": "incident date", "confidence": 0.95, "role": "incident.date", "samples": []}, {"column": "latitude", "confidence": 0.95, "role": "incident.lat", "samples": []}, {"column": "longitude", "confidence": 0.95, "role": "incident.lon", "samples": []}, {"column": "drug", "confidence": 0.9, "role": "drug", "samples": []}, {"column": "outcome", "confidence": 0.7, "role": "outcome", "samples": []}], "header": ["case number", "incident date", "latitude", "longitude", "drug", "outcome"], "kind": "overdose", "others": [], "reasons": []}','2026-11-24T00:52:15.287452+00:00');
CREATE TABLE sources (
        name TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        handling TEXT NOT NULL,
        identical_once INTEGER NOT NULL DEFAULT 0,
        incidents INTEGER,
        counted_at INTEGER
    );
INSERT INTO "sources" VALUES('EMS',2,'cui',0,NULL,NULL);
CREATE INDEX imports_of ON imports(source);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('imports',2);
COMMIT;
PRAGMA user_version = 1;

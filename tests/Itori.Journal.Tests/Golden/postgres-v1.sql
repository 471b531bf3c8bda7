CREATE TABLE itori_journal_record (
    stream bigint NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    version integer NOT NULL,
    "timestamp" bigint NOT NULL,
    checksum bigint NOT NULL,
    body bytea NOT NULL
);
CREATE TABLE itori_journal_snapshot (
    stream bigint NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    version integer NOT NULL,
    checksum bigint NOT NULL,
    body bytea NOT NULL
);
CREATE TABLE itori_journal_stream (
    id bigint NOT NULL,
    name text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL,
    first_seq bigint NOT NULL
)
WITH (fillfactor='50');
ALTER TABLE itori_journal_stream ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME itori_journal_stream_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE itori_schema (
    component text NOT NULL,
    version integer NOT NULL
);
INSERT INTO itori_journal_record VALUES (1, 3, 'test', 1, 1764000000003, 3102669131, '\x7b226e223a337d');
INSERT INTO itori_journal_record VALUES (1, 4, 'test', 1, 1764000000004, 3990274469, '\x7b226e223a347d');
INSERT INTO itori_journal_record VALUES (1, 5, 'test', 1, 1764000000005, 3030586268, '\x7b226e223a357d');
INSERT INTO itori_journal_record VALUES (1, 6, 'test', 1, 1764000000006, 1597859287, '\x7b226e223a367d');
INSERT INTO itori_journal_record VALUES (2, 1, 'test', 1, 1764000000001, 2502828981, '\x7b226e223a317d');
INSERT INTO itori_journal_snapshot VALUES (1, 3, 'state', 1, 2554447151, '\x7b227468726f756768223a337d');
INSERT INTO itori_journal_stream OVERRIDING SYSTEM VALUE VALUES (1, 'golden', 6, 3);
INSERT INTO itori_journal_stream OVERRIDING SYSTEM VALUE VALUES (2, 'größe/尺寸 🧠', 1, 1);
INSERT INTO itori_schema VALUES ('journal', 1);
SELECT pg_catalog.setval('itori_journal_stream_id_seq', 2, true);
ALTER TABLE ONLY itori_journal_record
    ADD CONSTRAINT itori_journal_record_pkey PRIMARY KEY (stream, seq);
ALTER TABLE ONLY itori_journal_snapshot
    ADD CONSTRAINT itori_journal_snapshot_pkey PRIMARY KEY (stream);
ALTER TABLE ONLY itori_journal_stream
    ADD CONSTRAINT itori_journal_stream_name_key UNIQUE (name);
ALTER TABLE ONLY itori_journal_stream
    ADD CONSTRAINT itori_journal_stream_pkey PRIMARY KEY (id);
ALTER TABLE ONLY itori_schema
    ADD CONSTRAINT itori_schema_pkey PRIMARY KEY (component);

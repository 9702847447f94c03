-- The tables of a new archive, as the migrations make them. Written by
-- `python -m archive.migrations`; a test fails if it is not what they make.
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE sources (
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	publisher TEXT NOT NULL, 
	region TEXT NOT NULL, 
	home TEXT NOT NULL, 
	timezone TEXT NOT NULL, 
	CONSTRAINT pk_sources PRIMARY KEY (id)
);
CREATE TABLE crawls (
	id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	ended_at TEXT, 
	outcome TEXT, 
	reason TEXT, 
	pages INTEGER NOT NULL, 
	requests INTEGER NOT NULL, 
	bytes INTEGER NOT NULL, 
	releases_new INTEGER NOT NULL, 
	releases_changed INTEGER NOT NULL, 
	releases_seen INTEGER NOT NULL, 
	rejected INTEGER NOT NULL, deep BOOLEAN DEFAULT 0 NOT NULL, named INTEGER, unchanged_lists INTEGER, found INTEGER, moved INTEGER, ways JSON, failures JSON, refusals JSON, seconds DOUBLE, alike JSON, reading JSON, merged BOOLEAN DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_crawls PRIMARY KEY (id), 
	CONSTRAINT fk_crawls_source FOREIGN KEY(source) REFERENCES sources (id)
);
CREATE INDEX ix_crawls_source_started_at ON crawls (source, started_at);
CREATE TABLE release_records (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	url TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	first_seen_at TEXT NOT NULL, 
	last_seen_at TEXT NOT NULL, 
	gone_at TEXT, 
	duplicate_of TEXT, 
	similarity DOUBLE, crawled BOOLEAN DEFAULT '1' NOT NULL, 
	CONSTRAINT pk_release_records PRIMARY KEY (id), 
	CONSTRAINT uq_release_records_seq UNIQUE (seq), 
	CONSTRAINT fk_release_records_source FOREIGN KEY(source) REFERENCES sources (id), 
	CONSTRAINT fk_release_records_duplicate_of FOREIGN KEY(duplicate_of) REFERENCES release_records (id)
);
CREATE INDEX ix_release_records_source ON release_records (source);
CREATE INDEX ix_release_records_duplicate_of ON release_records (duplicate_of);
CREATE TABLE versions (
	id INTEGER NOT NULL, 
	release TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	seen_at TEXT NOT NULL, 
	crawl INTEGER, 
	title TEXT NOT NULL, 
	published_on DATE, 
	published_at TEXT, 
	published_by TEXT, 
	dateline TEXT, 
	place TEXT, 
	body TEXT NOT NULL, 
	byline TEXT, 
	author_tags JSON NOT NULL, 
	credits JSON NOT NULL, 
	election BOOLEAN NOT NULL, 
	topics JSON NOT NULL, 
	topic_words JSON NOT NULL, 
	language TEXT, 
	flags JSON NOT NULL, 
	sha256 TEXT NOT NULL, 
	text_hash TEXT, 
	capture_file TEXT, 
	capture_offset INTEGER, 
	capture_record_id TEXT, reader TEXT, claim_on DATE, claim_at TEXT, claim_seen_at TEXT, body_by TEXT DEFAULT 'page' NOT NULL, quotes JSON, via JSON, corrected JSON, corrections JSON, withheld JSON, suppressed BOOLEAN DEFAULT '0' NOT NULL, attachments JSON, capture_digest TEXT, 
	CONSTRAINT pk_versions PRIMARY KEY (id), 
	CONSTRAINT uq_versions_release_version UNIQUE (release, version), 
	CONSTRAINT fk_versions_release FOREIGN KEY(release) REFERENCES release_records (id), 
	CONSTRAINT fk_versions_crawl FOREIGN KEY(crawl) REFERENCES crawls (id)
);
CREATE INDEX ix_versions_text_hash ON versions (text_hash);
CREATE TABLE rejections (
	id INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	url TEXT NOT NULL, 
	stage TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	record JSON, 
	first_seen_at TEXT NOT NULL, 
	last_seen_at TEXT NOT NULL, 
	times INTEGER NOT NULL, 
	resolved_at TEXT, 
	crawl INTEGER, capture_file TEXT, capture_offset INTEGER, capture_record_id TEXT, 
	CONSTRAINT pk_rejections PRIMARY KEY (id), 
	CONSTRAINT uq_rejections_source_url_stage_reason UNIQUE (source, url, stage, reason), 
	CONSTRAINT fk_rejections_source FOREIGN KEY(source) REFERENCES sources (id), 
	CONSTRAINT fk_rejections_crawl FOREIGN KEY(crawl) REFERENCES crawls (id)
);
CREATE VIEW reposts AS
SELECT r.id AS release, r.source, r.published_on,
       r.duplicate_of AS first, f.source AS first_source, r.similarity
FROM releases AS r
JOIN release_records AS f ON f.id = r.duplicate_of;
CREATE TABLE addresses (
	source TEXT NOT NULL, 
	url TEXT NOT NULL, 
	what TEXT NOT NULL, 
	found_by TEXT NOT NULL, 
	found_at TEXT NOT NULL, 
	hint JSON, 
	shown JSON NOT NULL, 
	asked_at TEXT, 
	outcome TEXT, 
	status INTEGER, 
	etag TEXT, 
	last_modified TEXT, 
	payload TEXT, 
	due_at TEXT, 
	missing_since TEXT, 
	missing_in INTEGER, 
	walked_at TEXT, 
	regular BOOLEAN, 
	release TEXT, capture JSON, requested TEXT, 
	CONSTRAINT pk_addresses PRIMARY KEY (source, url), 
	CONSTRAINT fk_addresses_source FOREIGN KEY(source) REFERENCES sources (id), 
	CONSTRAINT fk_addresses_missing_in FOREIGN KEY(missing_in) REFERENCES crawls (id), 
	CONSTRAINT fk_addresses_release FOREIGN KEY(release) REFERENCES release_records (id)
);
CREATE INDEX ix_addresses_source_due_at ON addresses (source, due_at);
CREATE INDEX ix_addresses_release ON addresses (release);
CREATE TABLE aliases (
	source TEXT NOT NULL, 
	url TEXT NOT NULL, 
	leads_to TEXT NOT NULL, 
	how TEXT NOT NULL, 
	seen_at TEXT NOT NULL, 
	CONSTRAINT pk_aliases PRIMARY KEY (source, url), 
	CONSTRAINT fk_aliases_source FOREIGN KEY(source) REFERENCES sources (id)
);
CREATE TABLE lessons (
	source TEXT NOT NULL, 
	article TEXT, 
	frame JSON, 
	learned_at TEXT NOT NULL, 
	CONSTRAINT pk_lessons PRIMARY KEY (source), 
	CONSTRAINT fk_lessons_source FOREIGN KEY(source) REFERENCES sources (id)
);
CREATE TABLE sketches (
	id INTEGER NOT NULL, 
	text_hash TEXT NOT NULL, 
	algorithm INTEGER NOT NULL, 
	bands BLOB NOT NULL, 
	first TEXT NOT NULL, 
	leader INTEGER, 
	CONSTRAINT pk_sketches PRIMARY KEY (id), 
	CONSTRAINT uq_sketches_text_hash UNIQUE (text_hash), 
	CONSTRAINT fk_sketches_first FOREIGN KEY(first) REFERENCES release_records (id), 
	CONSTRAINT fk_sketches_leader FOREIGN KEY(leader) REFERENCES sketches (id)
);
CREATE INDEX ix_sketches_leader ON sketches (leader);
CREATE TABLE bands (
	"key" BIGINT NOT NULL, 
	member BOOLEAN NOT NULL, 
	sketch INTEGER NOT NULL, 
	CONSTRAINT pk_bands PRIMARY KEY ("key", member, sketch)
)
 WITHOUT ROWID

;
CREATE TABLE search_roots (
	id INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	text TEXT NOT NULL, attachments TEXT DEFAULT '' NOT NULL, attachment_text TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_search_roots PRIMARY KEY (id), 
	CONSTRAINT fk_search_roots_id FOREIGN KEY(id) REFERENCES versions (id)
);
CREATE TABLE signatures (
	version_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	tag TEXT NOT NULL, 
	CONSTRAINT pk_signatures PRIMARY KEY (version_id, position), 
	CONSTRAINT fk_signatures_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
CREATE INDEX ix_signatures_tag ON signatures (tag);
CREATE VIEW author_tags AS
SELECT r.id AS release, r.source, v.published_on, s.tag, s.position
FROM signatures AS s
JOIN versions AS v ON v.id = s.version_id
JOIN release_records AS r ON r.id = v.release;
CREATE VIEW withdrawn AS
SELECT id AS release, source, publisher, url, title, published_on, election, author_tags,
       versions, first_seen_at, last_seen_at, gone_at,
       CAST(julianday(gone_at) - julianday(first_seen_at) AS INTEGER) AS days
FROM releases
WHERE gone_at IS NOT NULL;
CREATE TABLE told (
	webhook TEXT NOT NULL, 
	source TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	since TEXT NOT NULL, 
	told_at TEXT NOT NULL, 
	CONSTRAINT pk_told PRIMARY KEY (webhook, source, kind)
);
CREATE INDEX ix_versions_release_version_published_on ON versions (release, version, published_on);
CREATE TABLE clock_corrections (
	id INTEGER NOT NULL, 
	crawl INTEGER, 
	began_at TEXT NOT NULL, 
	ended_at TEXT NOT NULL, 
	seconds INTEGER NOT NULL, 
	evidence TEXT NOT NULL, 
	CONSTRAINT pk_clock_corrections PRIMARY KEY (id), 
	CONSTRAINT fk_clock_corrections_crawl FOREIGN KEY(crawl) REFERENCES crawls (id)
);
CREATE TABLE corrected_stamps (
	id INTEGER NOT NULL, 
	correction INTEGER NOT NULL, 
	table_name TEXT NOT NULL, 
	row_key JSON NOT NULL, 
	column_name TEXT NOT NULL, 
	original TEXT NOT NULL, 
	CONSTRAINT pk_corrected_stamps PRIMARY KEY (id), 
	CONSTRAINT fk_corrected_stamps_correction FOREIGN KEY(correction) REFERENCES clock_corrections (id)
);
CREATE INDEX ix_corrected_stamps_correction ON corrected_stamps (correction);
CREATE VIEW claims AS
SELECT r.id AS release, r.source,
       coalesce(v.claim_at, v.claim_on, v.claim_seen_at) AS counts_from,
       CASE WHEN v.claim_on IS NULL THEN 'archive' ELSE 'source' END AS vouched_by,
       v.claim_seen_at AS seen_at,
       v.claim_seen_at > f.seen_at AS is_replaced,
       coalesce(v.published_on < coalesce(v.claim_on, date(v.claim_seen_at, '-1 day')), 0)
           AS prints_earlier,
       v.claim_on IS NOT NULL AND EXISTS (
           SELECT 1 FROM release_records AS copy
           JOIN versions AS its ON its.release = copy.id AND its.version = copy.version
           WHERE copy.duplicate_of = r.id
             AND its.claim_seen_at < strftime('%Y-%m-%dT%H:%M:%SZ', v.claim_seen_at, '-1 day')
       ) AS is_unproven,
       EXISTS (
           SELECT 1 FROM versions AS o WHERE o.release = r.id
           AND o.seen_at = v.claim_seen_at AND o.capture_file LIKE 'imported/%'
       ) AS is_imported
FROM release_records AS r
JOIN versions AS v ON v.release = r.id AND v.version = r.version
JOIN versions AS f ON f.release = r.id AND f.version = 1;
CREATE VIEW quotes AS
SELECT r.id AS release, r.source, r.region, r.published_on, quote.key + 1 AS position,
       quote.value ->> 'text' AS text, quote.value ->> 'start' AS start,
       quote.value ->> 'end' AS "end", quote.value ->> 'direct' AS direct,
       quote.value ->> 'verb' AS verb, quote.value ->> 'speaker' AS speaker,
       quote.value ->> 'person' AS person, quote.value ->> 'role' AS role,
       quote.value ->> 'how' AS how
FROM releases AS r, json_each(r.quotes) AS quote;
CREATE TABLE sightings (
	release TEXT NOT NULL, 
	seen_at TEXT NOT NULL, 
	url TEXT NOT NULL, 
	archive TEXT NOT NULL, 
	CONSTRAINT pk_sightings PRIMARY KEY (release, seen_at, url), 
	CONSTRAINT fk_sightings_release_records FOREIGN KEY(release) REFERENCES release_records (id)
);
CREATE TABLE quoted_people (
	version_id INTEGER NOT NULL, 
	person TEXT NOT NULL, 
	role TEXT NOT NULL, 
	quotes INTEGER NOT NULL, 
	CONSTRAINT pk_quoted_people PRIMARY KEY (version_id, person, role), 
	CONSTRAINT fk_quoted_people_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
CREATE TABLE rebuilds (
	name TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	done INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	CONSTRAINT pk_rebuilds PRIMARY KEY (name)
);
CREATE TABLE as_read (
	version_id INTEGER NOT NULL, 
	release TEXT NOT NULL, 
	columns JSON NOT NULL, 
	CONSTRAINT pk_as_read PRIMARY KEY (version_id), 
	CONSTRAINT fk_as_read_version_id FOREIGN KEY(version_id) REFERENCES versions (id)
);
CREATE INDEX ix_as_read_release ON as_read (release);
CREATE TABLE corrections (
	release TEXT NOT NULL, 
	field TEXT NOT NULL, 
	value JSON NOT NULL, 
	reason TEXT NOT NULL, 
	who TEXT NOT NULL, 
	made_on DATE NOT NULL, 
	CONSTRAINT pk_corrections PRIMARY KEY (release, field)
);
CREATE TABLE suppressions (
	id TEXT NOT NULL, 
	action TEXT NOT NULL, 
	"of" TEXT, 
	release TEXT NOT NULL, 
	what TEXT NOT NULL, 
	version INTEGER, 
	seen_at TEXT, 
	sha256 TEXT, 
	record_id TEXT, 
	words INTEGER, 
	salt TEXT, 
	digest TEXT, 
	reason TEXT NOT NULL, 
	who TEXT NOT NULL, 
	made_at TEXT NOT NULL, 
	CONSTRAINT pk_suppressions PRIMARY KEY (id)
);
CREATE INDEX ix_suppressions_release ON suppressions (release);
CREATE TABLE erasures (
	record_id TEXT NOT NULL, 
	file TEXT NOT NULL, 
	"offset" INTEGER NOT NULL, 
	release TEXT NOT NULL, 
	suppression TEXT NOT NULL, 
	erased_at TEXT NOT NULL, 
	CONSTRAINT pk_erasures PRIMARY KEY (record_id)
);
CREATE TRIGGER suppressions_update BEFORE UPDATE ON suppressions
BEGIN SELECT raise(ABORT, 'suppressions is a list to which rows are only added'); END;
CREATE TRIGGER suppressions_delete BEFORE DELETE ON suppressions
BEGIN SELECT raise(ABORT, 'suppressions is a list to which rows are only added'); END;
CREATE TRIGGER erasures_update BEFORE UPDATE ON erasures
BEGIN SELECT raise(ABORT, 'erasures is a list to which rows are only added'); END;
CREATE TRIGGER erasures_delete BEFORE DELETE ON erasures
BEGIN SELECT raise(ABORT, 'erasures is a list to which rows are only added'); END;
CREATE TABLE attachments (
	release TEXT NOT NULL, 
	url TEXT NOT NULL, 
	type TEXT, 
	label TEXT, 
	linked_at TEXT NOT NULL, 
	unlinked_at TEXT, 
	asked_at TEXT, 
	outcome TEXT, 
	status INTEGER, 
	etag TEXT, 
	last_modified TEXT, 
	capture JSON, 
	CONSTRAINT pk_attachments PRIMARY KEY (release, url), 
	CONSTRAINT fk_attachments_release FOREIGN KEY(release) REFERENCES release_records (id)
);
CREATE TABLE attachment_captures (
	id INTEGER NOT NULL, 
	release TEXT NOT NULL, 
	url TEXT NOT NULL, 
	seen_at TEXT NOT NULL, 
	last_seen_at TEXT NOT NULL, 
	crawl INTEGER, 
	media_type TEXT, 
	size INTEGER NOT NULL, 
	sha256 TEXT NOT NULL, 
	capture_file TEXT NOT NULL, 
	capture_offset INTEGER NOT NULL, 
	capture_record_id TEXT NOT NULL, 
	text TEXT, 
	unread TEXT, capture_digest TEXT, 
	CONSTRAINT pk_attachment_captures PRIMARY KEY (id), 
	CONSTRAINT fk_attachment_captures_release FOREIGN KEY(release, url) REFERENCES attachments (release, url), 
	CONSTRAINT fk_attachment_captures_crawl FOREIGN KEY(crawl) REFERENCES crawls (id)
);
CREATE INDEX ix_attachment_captures_release ON attachment_captures (release, url, seen_at);
CREATE VIEW search_texts AS
SELECT v.id, v.title, coalesce(v.dateline, '') || v.body || coalesce(' ' || v.byline, '') AS text,
       s.attachment_text AS attachments,
       s.title AS title_roots, s.text AS text_roots, s.attachments AS attachment_roots
FROM versions AS v
JOIN release_records AS r ON r.id = v.release AND r.version = v.version
JOIN search_roots AS s ON s.id = v.id;
CREATE VIRTUAL TABLE search_index USING fts5(
    title, text, attachments, title_roots, text_roots, attachment_roots,
    content='search_texts', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
CREATE TABLE changes (
	id INTEGER NOT NULL, 
	release TEXT NOT NULL, 
	what TEXT NOT NULL, 
	at TEXT NOT NULL, 
	version_id INTEGER, 
	CONSTRAINT pk_changes PRIMARY KEY (id), 
	CONSTRAINT fk_changes_release_release_records FOREIGN KEY(release) REFERENCES release_records (id), 
	CONSTRAINT uq_changes_release_what_at UNIQUE (release, what, at)
);
CREATE TABLE watch_positions (
	watch TEXT NOT NULL, 
	receiver TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	saved_at TEXT NOT NULL, 
	CONSTRAINT pk_watch_positions PRIMARY KEY (watch, receiver)
);
CREATE TRIGGER change_of_wording AFTER INSERT ON versions
WHEN NEW.crawl IS NOT NULL AND NEW.via IS NULL
BEGIN
    INSERT OR IGNORE INTO changes (release, what, at, version_id)
    SELECT NEW.release, CASE count(*) WHEN 1 THEN 'new' ELSE 'edited' END, NEW.seen_at, NEW.id
    FROM versions WHERE release = NEW.release;
END;
CREATE TRIGGER change_to_withdrawn AFTER UPDATE OF gone_at ON release_records
WHEN OLD.gone_at IS NULL AND NEW.gone_at IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO changes (release, what, at)
    VALUES (NEW.id, 'withdrawn', NEW.gone_at);
END;
CREATE TRIGGER change_before_it_came AFTER INSERT ON release_records
WHEN NEW.gone_at IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO changes (release, what, at)
    VALUES (NEW.id, 'withdrawn', NEW.gone_at);
END;
CREATE TRIGGER change_to_returned AFTER UPDATE OF gone_at ON release_records
WHEN OLD.gone_at IS NOT NULL AND NEW.gone_at IS NULL
BEGIN
    INSERT OR IGNORE INTO changes (release, what, at)
    VALUES (NEW.id, 'returned', NEW.last_seen_at);
END;
CREATE TABLE moves (
	old TEXT NOT NULL, 
	new TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	at TEXT NOT NULL, 
	how TEXT NOT NULL, 
	CONSTRAINT pk_moves PRIMARY KEY (old), 
	CONSTRAINT uq_moves_new UNIQUE (new), 
	CONSTRAINT fk_moves_old_release_records FOREIGN KEY(old) REFERENCES release_records (id), 
	CONSTRAINT fk_moves_new_release_records FOREIGN KEY(new) REFERENCES release_records (id), 
	CONSTRAINT fk_moves_origin_release_records FOREIGN KEY(origin) REFERENCES release_records (id)
);
CREATE INDEX ix_moves_origin ON moves (origin);
CREATE VIEW every_release AS
SELECT r.id, r.seq, r.source, s.kind,
       CASE WHEN s.region = '00' THEN 'nasional' WHEN length(s.region) = 2 THEN 'provinsi'
            WHEN substr(s.region, 4, 2) >= '71' THEN 'kota' ELSE 'kabupaten' END AS level,
       s.publisher, s.region, r.url,
       v.title, v.published_on, v.published_at, v.published_by,
       v.dateline, v.place, v.body, v.body_by, v.byline, v.author_tags, v.credits,
       v.election, v.topics, v.language, v.quotes, v.flags,
       CASE WHEN v.suppressed OR coalesce(v.attachments, '[]') = '[]' THEN '[]' ELSE (
           SELECT json_group_array(json_object(
               'url', linked.value ->> 'url', 'type', linked.value ->> 'type',
               'label', linked.value ->> 'label', 'capture', (
            SELECT c.capture_record_id FROM attachment_captures AS c
            WHERE c.release = v.release AND c.url = linked.value ->> 'url'
            ORDER BY c.seen_at DESC, c.id DESC LIMIT 1
        )
           )) FROM json_each(v.attachments) AS linked
       ) END AS attachments,
       (
           SELECT group_concat((
            SELECT c.text FROM attachment_captures AS c
            WHERE c.release = v.release AND c.url = linked.value ->> 'url'
            ORDER BY c.seen_at DESC, c.id DESC LIMIT 1
        ), char(10, 10))
           FROM json_each(coalesce(v.attachments, '[]')) AS linked WHERE NOT v.suppressed
       ) AS attachment_text,
       v.via,
       CASE WHEN r.duplicate_of = came.origin THEN NULL ELSE r.duplicate_of END AS duplicate_of,
       CASE WHEN r.duplicate_of = came.origin THEN NULL ELSE r.similarity END AS similarity,
       went.new AS moved_to, came.old AS moved_from,
       v.version, r.version AS versions, r.first_seen_at, r.last_seen_at,
       CASE WHEN went.new IS NULL THEN r.gone_at END AS gone_at,
       v.sha256, v.capture_file, v.capture_offset, v.capture_record_id,
       v.corrected, v.corrections, v.withheld, v.suppressed,
       v.topic_words, v.id AS version_id
FROM release_records AS r
JOIN versions AS v ON v.release = r.id AND v.version = r.version
JOIN sources AS s ON s.id = r.source
LEFT JOIN moves AS went ON went.old = r.id
LEFT JOIN moves AS came ON came.new = r.id;
CREATE VIEW releases AS SELECT * FROM every_release WHERE NOT suppressed;
CREATE VIEW clusters AS
SELECT coalesce(r.duplicate_of, r.id) AS first, r.id AS release, r.source, r.published_on,
       r.duplicate_of IS NULL AS is_first, coalesce(r.similarity, 1.0) AS similarity
FROM releases AS r
WHERE r.duplicate_of IS NOT NULL
   OR EXISTS (
       SELECT 1 FROM release_records AS copy WHERE copy.duplicate_of = r.id
       AND NOT EXISTS (SELECT 1 FROM moves WHERE moves.new = copy.id AND moves.origin = r.id)
   );
CREATE VIEW daily AS
SELECT source, published_on, sum(moved_from IS NULL) AS releases,
       coalesce(sum(election AND moved_from IS NULL), 0) AS election,
       sum(duplicate_of IS NOT NULL AND moved_from IS NULL) AS reposts,
       sum(versions > 1) AS edited, count(gone_at) AS withdrawn
FROM releases
WHERE published_on IS NOT NULL
GROUP BY source, published_on
HAVING sum(moved_from IS NULL) OR sum(versions > 1) OR count(gone_at);
CREATE TABLE chains (
	id INTEGER NOT NULL, 
	genesis TEXT NOT NULL, 
	parent INTEGER, 
	shared INTEGER DEFAULT '0' NOT NULL, 
	added_at TEXT NOT NULL, 
	CONSTRAINT pk_chains PRIMARY KEY (id), 
	CONSTRAINT fk_chains_parent_chains FOREIGN KEY(parent) REFERENCES chains (id)
);
CREATE TABLE events (
	chain INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	release TEXT, 
	content TEXT NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (chain, number), 
	CONSTRAINT fk_events_chain_chains FOREIGN KEY(chain) REFERENCES chains (id)
)
 WITHOUT ROWID

;
CREATE INDEX ix_events_release ON events (release, chain, number);
CREATE TABLE stamps (
	chain INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	service TEXT NOT NULL, 
	at TEXT NOT NULL, 
	answer BLOB NOT NULL, 
	CONSTRAINT pk_stamps PRIMARY KEY (chain, number, service), 
	CONSTRAINT fk_stamps_chain_chains FOREIGN KEY(chain) REFERENCES chains (id)
);
CREATE TRIGGER chains_no_update BEFORE update ON chains
BEGIN
    SELECT raise(ABORT, 'rows of chains are only added');
END;
CREATE TRIGGER chains_no_delete BEFORE delete ON chains
BEGIN
    SELECT raise(ABORT, 'rows of chains are only added');
END;
CREATE TRIGGER events_no_update BEFORE update ON events
BEGIN
    SELECT raise(ABORT, 'rows of events are only added');
END;
CREATE TRIGGER events_no_delete BEFORE delete ON events
BEGIN
    SELECT raise(ABORT, 'rows of events are only added');
END;
CREATE TRIGGER stamps_no_update BEFORE update ON stamps
BEGIN
    SELECT raise(ABORT, 'rows of stamps are only added');
END;
CREATE TRIGGER stamps_no_delete BEFORE delete ON stamps
BEGIN
    SELECT raise(ABORT, 'rows of stamps are only added');
END;
INSERT INTO alembic_version VALUES ('0022');

-- An archive at schema 0001, as it was frozen; later migrations are tried on it.
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
	rejected INTEGER NOT NULL, 
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
	similarity DOUBLE, 
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
	capture_record_id TEXT, 
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
	crawl INTEGER, 
	CONSTRAINT pk_rejections PRIMARY KEY (id), 
	CONSTRAINT uq_rejections_source_url_stage_reason UNIQUE (source, url, stage, reason), 
	CONSTRAINT fk_rejections_source FOREIGN KEY(source) REFERENCES sources (id), 
	CONSTRAINT fk_rejections_crawl FOREIGN KEY(crawl) REFERENCES crawls (id)
);
CREATE VIEW releases AS
SELECT r.id, r.seq, r.source, s.kind, s.publisher, s.region, r.url,
       v.title, v.published_on, v.published_at, v.published_by,
       v.dateline, v.place, v.body, v.byline, v.author_tags, v.credits,
       v.election, v.topics, v.language, r.duplicate_of, r.similarity,
       v.version, r.version AS versions, r.first_seen_at, r.last_seen_at, r.gone_at,
       v.sha256, v.capture_file, v.capture_offset, v.capture_record_id,
       v.flags, v.topic_words, v.id AS version_id
FROM release_records AS r
JOIN versions AS v ON v.release = r.id AND v.version = r.version
JOIN sources AS s ON s.id = r.source;
CREATE VIEW author_tags AS
SELECT r.id AS release, r.source, r.published_on, tag.value AS tag, tag.key + 1 AS position
FROM releases AS r, json_each(r.author_tags) AS tag;
CREATE VIEW reposts AS
SELECT r.id AS release, r.source, r.published_on,
       r.duplicate_of AS first, f.source AS first_source, r.similarity
FROM releases AS r
JOIN release_records AS f ON f.id = r.duplicate_of;
CREATE VIEW search_texts AS
SELECT v.id, v.title, coalesce(v.dateline, '') || v.body || coalesce(' ' || v.byline, '') AS text
FROM versions AS v
JOIN release_records AS r ON r.id = v.release AND r.version = v.version;
CREATE VIRTUAL TABLE search_index USING fts5(
    title, text, content='search_texts', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO sources VALUES ('pemkot-contoh','pemkot','Kantor pemkot-contoh','64.71','https://pemkot-contoh.example/','Asia/Makassar');
INSERT INTO crawls VALUES (1,'pemkot-contoh','2024-09-01T22:15:00Z','2024-09-02T22:15:00Z','ok',NULL,4,5,6000,2,1,0,1);
INSERT INTO release_records VALUES ('pemkot-contoh:741bbd9ef840fe90','pemkot-contoh','https://pemkot-contoh.example/berita/1',3,2,'2024-09-01T22:15:00Z','2024-09-02T22:15:00Z',NULL,NULL,NULL);
INSERT INTO release_records VALUES ('pemkot-contoh:23ef0ebedcaa049b','pemkot-contoh','https://pemkot-contoh.example/berita/2',4,1,'2024-09-01T22:15:00Z','2024-09-01T22:15:00Z',NULL,NULL,NULL);
INSERT INTO versions VALUES (1,'pemkot-contoh:741bbd9ef840fe90',1,'2024-09-01T22:15:00Z',1,'Warga Diajak Memeriksa Daftar Pemilih','2024-08-31','2024-08-31T16:05:00+08:00','page','KOTA CONTOH - ','Kota Contoh','Panitia di Kota Contoh mengajak warga memeriksa nama mereka dalam daftar pemilih sebelum ditetapkan.

“Datanglah ke kantor kelurahan, kami buka sampai malam,” kata Ketua Panitia Sari Melati.

Posko pengaduan berada di lima kecamatan dan melayani siapa saja.','(diskominfo/cha/arh)','["diskominfo", "cha", "arh"]','[{"role": "unit", "name": "diskominfo"}, {"role": "writer", "name": "cha"}]',1,'["coklit"]','{"election": ["daftar pemilih"], "coklit": ["daftar pemilih"]}','id','[]','cf7dd9c342b5f5959afd7fd12cb8466adf5ebd0d3bf0fa6f7948a9ab0652df13','1912e9b3d2a9a42101e412597f054283a25a181dd7c4b208f4a0ba0e9f4e2822',NULL,NULL,NULL);
INSERT INTO versions VALUES (2,'pemkot-contoh:23ef0ebedcaa049b',1,'2024-09-01T22:15:00Z',1,'Warga Diajak Memeriksa Daftar Pemilih',NULL,NULL,'page','KOTA CONTOH - ','Kota Contoh','Panitia di Kota Contoh mengajak warga memeriksa nama mereka dalam daftar pemilih sebelum ditetapkan.

“Datanglah ke kantor kelurahan, kami buka sampai malam,” kata Ketua Panitia Sari Melati.

Posko pengaduan berada di lima kecamatan dan melayani siapa saja.','(diskominfo/cha/arh)','["diskominfo", "cha", "arh"]','[{"role": "unit", "name": "diskominfo"}, {"role": "writer", "name": "cha"}]',1,'["coklit"]','{"election": ["daftar pemilih"], "coklit": ["daftar pemilih"]}','id','[]','cf7dd9c342b5f5959afd7fd12cb8466adf5ebd0d3bf0fa6f7948a9ab0652df13','1912e9b3d2a9a42101e412597f054283a25a181dd7c4b208f4a0ba0e9f4e2822',NULL,NULL,NULL);
INSERT INTO versions VALUES (3,'pemkot-contoh:741bbd9ef840fe90',2,'2024-09-02T22:15:00Z',1,'Warga Diajak Memeriksa Daftar Pemilih','2024-08-31','2024-08-31T16:05:00+08:00','page','KOTA CONTOH - ','Kota Contoh','Panitia di Kota Contoh mengajak warga memeriksa nama mereka dalam daftar pemilih sebelum ditetapkan.

“Datanglah ke kantor kelurahan, kami buka sampai malam,” kata Ketua Panitia Sari Melati.

Posko pengaduan berada di lima kecamatan dan melayani siapa saja.

Ralat.','(diskominfo/cha/arh)','["diskominfo", "cha", "arh"]','[{"role": "unit", "name": "diskominfo"}, {"role": "writer", "name": "cha"}]',1,'["coklit"]','{"election": ["daftar pemilih"], "coklit": ["daftar pemilih"]}','id','[]','b6c7e591c60001a2e13857681eac0067bf34bb1419bbf3fc65c29603c8e794f9','7aa8d12aafde6a2d5f61e1209fd1acc3da28acd0a496d78e2eb8e534b4f13f60',NULL,NULL,NULL);
INSERT INTO rejections VALUES (1,'pemkot-contoh','https://pemkot-contoh.example/berita/3','validation','no-title','The page has no title.','{"title": ""}','2024-09-01T22:15:00Z','2024-09-01T22:15:00Z',1,NULL,1);
INSERT INTO search_index (search_index) VALUES ('rebuild');

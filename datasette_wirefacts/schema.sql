-- The tables that wirefacts adds to a database. SQLite keeps this text, comments included: `.schema quotes` explains itself.
-- start, end: code points into the source text, end exclusive. An id is never used again (AUTOINCREMENT).
-- No single TEXT column has a UNIQUE index of its own: Datasette 1.0 would take it for the row's label.

CREATE TABLE wirefacts_sources (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source_table TEXT NOT NULL,      -- table or view that holds the articles
  key_columns TEXT NOT NULL,       -- columns that tell its rows apart, JSON list
  text_column TEXT NOT NULL,       -- column with the text
  title_column TEXT,               -- column with the headline, if any
  published_column TEXT,           -- column with the date, if any
  language TEXT,                   -- BCP 47 tag of all texts; NULL: found out for each text
  where_sql TEXT,                  -- condition that chooses rows; NULL: all
  engine TEXT NOT NULL,            -- full or fast
  model TEXT,                      -- spaCy pipeline that the user named, if any
  document_column TEXT,            -- column of documents that points to the row; NULL: view or compound key
  triggers INTEGER NOT NULL DEFAULT 0,  -- 1: triggers on the table note changes in wirefacts_changes
  settled TEXT,                    -- settings of the last whole pass, as a digest: since then wirefacts_changes knows all changes
  UNIQUE (source_table, text_column)
);

CREATE TABLE wirefacts_runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id INTEGER REFERENCES wirefacts_sources(id) ON DELETE CASCADE,  -- what was extracted
  started_at TEXT NOT NULL,        -- UTC
  ended_at TEXT,                   -- UTC; NULL: running, or killed
  status TEXT NOT NULL,            -- running, done, stopped (Ctrl-C), failed, killed
  articles INTEGER NOT NULL DEFAULT 0,   -- rows looked at
  extracted INTEGER NOT NULL DEFAULT 0,  -- of these, new or changed
  gone INTEGER NOT NULL DEFAULT 0,       -- documents removed because their row or text is gone
  errors INTEGER NOT NULL DEFAULT 0,     -- rows of wirefacts_errors that this run wrote
  message TEXT                     -- why it failed
);

CREATE TABLE wirefacts_errors (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id INTEGER REFERENCES wirefacts_runs(id) ON DELETE SET NULL,       -- run that met it
  source_id INTEGER REFERENCES wirefacts_sources(id) ON DELETE CASCADE,  -- source of the article
  source_pk TEXT,                  -- key of the article, JSON list; NULL: the rows without a key
  extractor TEXT NOT NULL,         -- extractor that failed; text: could not be read; key: rows without one; run: all of it
  message TEXT NOT NULL,           -- what happened
  happened_at TEXT NOT NULL        -- UTC
);

-- At most one row: the run that extracts into this database now.
CREATE TABLE wirefacts_lock (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  token TEXT NOT NULL,             -- tells this run from every other
  process INTEGER NOT NULL,        -- number of its process
  host TEXT NOT NULL,              -- machine that it runs on
  process_start TEXT,              -- when the process was started, as its machine counts; NULL: not known
  since TEXT NOT NULL,             -- UTC
  heartbeat REAL NOT NULL          -- seconds since 1970, at its last write
);

-- Filled by the triggers of `datasette wirefacts extract --triggers`; no foreign key, lest it ever refuse a row of the user's.
CREATE TABLE wirefacts_changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id INTEGER NOT NULL,      -- whose row was added, changed or deleted
  row_key                          -- its key
);

CREATE TABLE entities (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,              -- full name, basic form
  kind TEXT NOT NULL,              -- person, place, organisation, event, work, product, other
  qualifier TEXT NOT NULL DEFAULT '',  -- tells namesakes apart; usually empty
  country TEXT,                    -- ISO 3166-1 code
  code TEXT,                       -- code with its scheme: iso3166-2:BY-MA, geonames:625665
  UNIQUE (kind, name, qualifier)
);

CREATE TABLE aliases (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  entity_id INTEGER NOT NULL REFERENCES entities(id) ON DELETE CASCADE,  -- whose name it is
  alias TEXT NOT NULL,             -- another form of the name, as some text has it
  kind TEXT NOT NULL,              -- inflected, surname, acronym, spelling, adjective, capitals
  UNIQUE (entity_id, alias, kind)
);

CREATE TABLE documents (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  title TEXT,                      -- headline of the article
  published TEXT,                  -- ISO date; NULL where the column holds no date
  language TEXT,                   -- BCP 47 tag; und: undetermined
  dateline_place_id INTEGER REFERENCES entities(id) ON DELETE SET NULL,  -- place that the dispatch was filed from
  dateline_date TEXT,              -- ISO date of the dateline; --10-16 where it names no year
  agency_id INTEGER REFERENCES entities(id) ON DELETE SET NULL,          -- news agency that filed it
  characters INTEGER NOT NULL,     -- length of the text
  source_id INTEGER NOT NULL REFERENCES wirefacts_sources(id) ON DELETE CASCADE,  -- table that it stands in
  source_pk TEXT NOT NULL,         -- key of its row there, JSON list
  input_hash TEXT NOT NULL,        -- of all input columns and the engine: a new value means new facts; empty: an extractor failed
  engine TEXT NOT NULL,            -- engine and its version
  extracted_at TEXT NOT NULL,      -- UTC
  UNIQUE (source_id, source_pk)
);

CREATE TABLE twins (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,  -- document that repeats another
  original_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,  -- document that it repeats
  similarity REAL NOT NULL,        -- 0 to 1
  kind TEXT NOT NULL,              -- copy, corrected, shortened, extended
  UNIQUE (document_id, original_id)
);

CREATE TABLE quotes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  quote TEXT NOT NULL,             -- what is said, without quotation marks; several parts are joined by " … "
  kind TEXT NOT NULL,              -- direct, indirect, reported, free_indirect, indirect_free
  speaker_id INTEGER REFERENCES entities(id) ON DELETE SET NULL,  -- who says it
  speaker TEXT,                    -- name of the speaker; here too because unnamed ones (Polizei) are no entities, yet count in facets
  speaker_kind TEXT,               -- person, organisation, place, group, document, other
  speaker_role TEXT,               -- office that the text gives the speaker
  speaker_text TEXT,               -- words that name the speaker here: er, der Minister
  speaker_found TEXT NOT NULL,     -- how the speaker was found: name, pronoun, description, noun, none
  cue TEXT,                        -- words that report it: sagte, laut
  cue_verb TEXT,                   -- basic form of the cue's verb: sagen
  medium TEXT,                     -- speech, writing, thought
  addressee_id INTEGER REFERENCES entities(id) ON DELETE SET NULL,  -- to whom it is said
  nested_in INTEGER REFERENCES quotes(id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,  -- quote that it stands in
  published TEXT,                  -- ISO date of the document
  language TEXT,                   -- BCP 47 tag of the document
  start INTEGER NOT NULL,          -- of its first part
  "end" INTEGER NOT NULL,          -- of its last part
  rule TEXT NOT NULL               -- rule that found it
);

CREATE TABLE quote_parts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  quote_id INTEGER NOT NULL REFERENCES quotes(id) ON DELETE CASCADE,
  part TEXT NOT NULL,              -- content, cue, frame, speaker, addressee
  start INTEGER NOT NULL,          -- without quotation marks
  "end" INTEGER NOT NULL,
  outer_start INTEGER,             -- with quotation marks; content only
  outer_end INTEGER
);

CREATE TABLE figures (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  figure TEXT NOT NULL,            -- number, scale and unit as the text has them
  kind TEXT NOT NULL,              -- money, percent, measure, date, …
  amount NUMERIC,                  -- value; of a range the lower one
  amount_high NUMERIC,             -- upper value of a range
  unit TEXT,                       -- ISO 4217 for money, %, pp, x, CLDR unit ids
  counted TEXT,                    -- what is counted: Unternehmen
  iso TEXT,                        -- date, time or duration in ISO 8601
  comparator TEXT,                 -- approx, lt, le, gt, ge, indefinite
  trend TEXT,                      -- up, down
  change TEXT,                     -- by, to, from, of, conversion
  measured TEXT,                   -- words for what the figure is about
  measured_id INTEGER REFERENCES entities(id) ON DELETE SET NULL,    -- the same as an entity
  period TEXT,                     -- words for the time that the figure is about
  period_start TEXT,               -- ISO date of its first day
  period_end TEXT,                 -- ISO date of its last day
  magnitude TEXT,                  -- order of size, for facets
  assumed TEXT,                    -- what was taken for granted: Dollar → USD
  quote_id INTEGER REFERENCES quotes(id) ON DELETE SET NULL,         -- quote that it stands in
  claimed_by_id INTEGER REFERENCES entities(id) ON DELETE SET NULL,  -- speaker of that quote
  published TEXT,                  -- ISO date of the document
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  rule TEXT NOT NULL               -- rule that found it
);

CREATE TABLE mentions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  entity_id INTEGER NOT NULL REFERENCES entities(id) ON DELETE CASCADE,  -- what is named
  mention TEXT NOT NULL,           -- name as the text has it
  adjective INTEGER NOT NULL,      -- 1: the name as an adjective (belarussische)
  source TEXT NOT NULL,            -- model, rules, person
  quote_id INTEGER REFERENCES quotes(id) ON DELETE SET NULL,             -- quote that it stands in
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  rule TEXT NOT NULL               -- rule that found it
);

-- Serves the foreign key, and finds out whether an alias is still used.
CREATE INDEX idx_mentions_entity_id ON mentions (entity_id, mention);

CREATE TABLE roles (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  person_id INTEGER REFERENCES entities(id) ON DELETE CASCADE,         -- who holds it
  role TEXT NOT NULL,              -- office as the text states it
  organisation_id INTEGER REFERENCES entities(id) ON DELETE SET NULL,  -- where
  place_id INTEGER REFERENCES entities(id) ON DELETE SET NULL,         -- of which place
  start INTEGER NOT NULL,
  "end" INTEGER NOT NULL,
  rule TEXT NOT NULL               -- rule that found it
);

CREATE TABLE repeats (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  start INTEGER NOT NULL,          -- of a stretch that stands earlier, letter for letter, in the same text
  "end" INTEGER NOT NULL,
  original_start INTEGER NOT NULL  -- of the earlier stretch, which is as long
);

-- One row for each pointer to an entity that the whole archive has turned: "Merkel" in the text, "Angela Merkel" in the archive.
CREATE TABLE wirefacts_names (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  document_id INTEGER NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
  fact_table TEXT NOT NULL,        -- table of the fact
  fact_column TEXT NOT NULL,       -- its column that points to an entity
  fact_id INTEGER NOT NULL,        -- its row
  target_id INTEGER NOT NULL REFERENCES entities(id) ON DELETE CASCADE,  -- what it points to now
  kind TEXT NOT NULL,              -- kind, name, qualifier, country and code of what the text itself names
  name TEXT NOT NULL,
  qualifier TEXT NOT NULL,
  country TEXT,
  code TEXT,
  alias TEXT,                      -- mentions: the words of the text
  alias_kind TEXT,                 -- mentions: what these words are to the name that the text itself gives; NULL: the name
  speaker TEXT,                    -- quotes: the speaker's name in this text
  UNIQUE (fact_table, fact_column, fact_id)
);

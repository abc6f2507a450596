-- What the step that finds twins needs to know of each document, so that it reads no texts. Hidden in Datasette.

CREATE TABLE wirefacts_signatures (
  document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
  position TEXT NOT NULL,          -- sorts the documents: published, time of day, table, column, key
  body BLOB NOT NULL,              -- digest of the words of the body
  sketch BLOB,                     -- MinHash of the body; NULL: too short, it has exact copies only
  sketched_by TEXT,                -- library that made the sketch, and its version
  facts BLOB NOT NULL,             -- digest of all facts that the text yields
  thinned BLOB                     -- digest of what the facts were thinned out against; NULL: all of them are stored
);

CREATE INDEX idx_wirefacts_signatures_thinned ON wirefacts_signatures (document_id) WHERE thinned IS NOT NULL;

CREATE TABLE wirefacts_words (
  document_id INTEGER PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
  words BLOB NOT NULL              -- 4 bytes for each word of the body: its hash, and whether it is a number or a name
);

-- Which documents came, went or changed since the step last ran to its end, and how they were before.
CREATE TABLE wirefacts_unsettled (
  id INTEGER PRIMARY KEY,
  document_id INTEGER NOT NULL,
  position TEXT,
  body BLOB,
  sketch BLOB
);

CREATE TRIGGER wirefacts_signatures_added AFTER INSERT ON wirefacts_signatures BEGIN
  INSERT INTO wirefacts_unsettled (document_id) VALUES (new.document_id);
END;

CREATE TRIGGER wirefacts_signatures_removed AFTER DELETE ON wirefacts_signatures BEGIN
  INSERT INTO wirefacts_unsettled (document_id, position, body, sketch) VALUES (old.document_id, old.position, old.body, old.sketch);
END;

CREATE TRIGGER wirefacts_signatures_changed AFTER UPDATE OF position, body, sketch ON wirefacts_signatures
WHEN (old.position, old.body, old.sketch) IS NOT (new.position, new.body, new.sketch) BEGIN
  INSERT INTO wirefacts_unsettled (document_id, position, body, sketch) VALUES (old.document_id, old.position, old.body, old.sketch);
END;

-- Full-text search over quotes and entities. Datasette finds an index by its content= and shows a search box on the page of the table.
-- An index holds no text of its own: it reads that from the table, and the triggers keep the two in step, whoever writes.
-- remove_diacritics: Muller finds Müller; there is no stemming, and a compound is one word.

CREATE VIRTUAL TABLE quotes_fts USING fts5 (
  quote, speaker, content="quotes", content_rowid="id", tokenize="unicode61 remove_diacritics 2"
);

CREATE TRIGGER quotes_fts_added AFTER INSERT ON quotes BEGIN
  INSERT INTO quotes_fts (rowid, quote, speaker) VALUES (new.id, new.quote, new.speaker);
END;

CREATE TRIGGER quotes_fts_removed AFTER DELETE ON quotes BEGIN
  INSERT INTO quotes_fts (quotes_fts, rowid, quote, speaker) VALUES ('delete', old.id, old.quote, old.speaker);
END;

-- A new extraction writes all columns; the index changes only where its words do.
CREATE TRIGGER quotes_fts_changed AFTER UPDATE OF id, quote, speaker ON quotes
WHEN (old.id, old.quote, old.speaker) IS NOT (new.id, new.quote, new.speaker) BEGIN
  INSERT INTO quotes_fts (quotes_fts, rowid, quote, speaker) VALUES ('delete', old.id, old.quote, old.speaker);
  INSERT INTO quotes_fts (rowid, quote, speaker) VALUES (new.id, new.quote, new.speaker);
END;

CREATE VIRTUAL TABLE entities_fts USING fts5 (
  name, content="entities", content_rowid="id", tokenize="unicode61 remove_diacritics 2"
);

CREATE TRIGGER entities_fts_added AFTER INSERT ON entities BEGIN
  INSERT INTO entities_fts (rowid, name) VALUES (new.id, new.name);
END;

CREATE TRIGGER entities_fts_removed AFTER DELETE ON entities BEGIN
  INSERT INTO entities_fts (entities_fts, rowid, name) VALUES ('delete', old.id, old.name);
END;

CREATE TRIGGER entities_fts_changed AFTER UPDATE OF id, name ON entities
WHEN (old.id, old.name) IS NOT (new.id, new.name) BEGIN
  INSERT INTO entities_fts (entities_fts, rowid, name) VALUES ('delete', old.id, old.name);
  INSERT INTO entities_fts (rowid, name) VALUES (new.id, new.name);
END;

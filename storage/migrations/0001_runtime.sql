-- What the actor runtime keeps: the journal, snapshots, reminders, the outbox and signs of life.
-- Times are milliseconds since the Unix epoch on the server's clock.

-- The primary key is the fence: two activations of one actor cannot both write a version.
CREATE TABLE journal (
    kind text NOT NULL,
    key text NOT NULL,
    version bigint NOT NULL CHECK (version > 0),
    schema integer NOT NULL,
    event bytea NOT NULL,
    at bigint NOT NULL,
    node text NOT NULL,
    PRIMARY KEY (kind, key, version)
);

CREATE TABLE snapshots (
    kind text NOT NULL,
    key text NOT NULL,
    version bigint NOT NULL,
    schema integer NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (kind, key)
);

CREATE TABLE reminders (
    kind text NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    due_at bigint NOT NULL,
    claimed_until bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, key, name)
);

CREATE INDEX reminders_due ON reminders (due_at);

-- Whoever inserts holds the aggregate's advisory lock to the end of its transaction
-- (storage/journal/outbox.py), so that ids rise with commit order within an aggregate.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    key text NOT NULL,
    event bytea NOT NULL,
    at bigint NOT NULL,
    claimed_until bigint NOT NULL DEFAULT 0
);

CREATE INDEX outbox_aggregate ON outbox (kind, key, id);

CREATE TABLE heartbeats (
    node text PRIMARY KEY,
    at bigint NOT NULL
);

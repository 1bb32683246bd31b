-- With its time a beat tells what the machine's own clock said, which nobody can set: how long it has
-- been up, suspensions included, and which start of the machine that was.
ALTER TABLE heartbeats
    ADD COLUMN boot_id text NOT NULL DEFAULT '',
    ADD COLUMN boot_ms bigint NOT NULL DEFAULT 0;

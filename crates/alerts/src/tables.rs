//! The tables of alerts, in the control file.

use muster_control::Migration;

/// What [`muster_control::Control::open`] needs to know of this crate.
pub const MIGRATION: Migration = Migration {
    component: "alerts",
    steps: &["
        -- A place that messages go to. One that was deleted keeps its name for the history of deliveries, nothing else.
        CREATE TABLE channel (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            name TEXT NOT NULL COLLATE NOCASE,
            settings TEXT NOT NULL,
            enabled INTEGER NOT NULL,
            insecure INTEGER NOT NULL,
            -- Nothing is sent before: it asked for patience, or did not answer.
            not_before INTEGER NOT NULL DEFAULT 0,
            created INTEGER NOT NULL,
            deleted INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX channel_by_name ON channel (name) WHERE deleted IS NULL;
        CREATE TABLE channel_secret (
            channel TEXT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            sealed BLOB NOT NULL,
            PRIMARY KEY (channel, name)
        ) STRICT, WITHOUT ROWID;
        -- What is watched, and for whom. It begins after these positions.
        CREATE TABLE alert (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL COLLATE NOCASE,
            kind TEXT NOT NULL CHECK (kind IN ('finding', 'change')),
            watch TEXT NOT NULL,
            enabled INTEGER NOT NULL,
            since_step INTEGER NOT NULL,
            since_sequence INTEGER NOT NULL,
            created INTEGER NOT NULL,
            deleted INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX alert_by_name ON alert (name) WHERE deleted IS NULL;
        CREATE TABLE alert_channel (
            alert TEXT NOT NULL REFERENCES alert (id),
            channel TEXT NOT NULL REFERENCES channel (id),
            PRIMARY KEY (alert, channel)
        ) STRICT, WITHOUT ROWID;
        -- How far causes have been looked at. It moves in the transaction that writes what they caused.
        CREATE TABLE alert_position (
            only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
            step INTEGER NOT NULL,
            sequence INTEGER NOT NULL
        ) STRICT;
        INSERT INTO alert_position VALUES (1, 0, 0);
        -- The outbox, and the history of what was sent.
        CREATE TABLE delivery (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            channel TEXT NOT NULL REFERENCES channel (id),
            -- Null: a test.
            alert TEXT REFERENCES alert (id),
            -- The integration whose first sync it gathers; empty for all others.
            gathers TEXT NOT NULL DEFAULT '',
            -- From its first try on it is not added to: an id stands for one content.
            closed INTEGER NOT NULL DEFAULT 0,
            message TEXT NOT NULL,
            title TEXT NOT NULL,
            events INTEGER NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('waiting', 'sent', 'failed', 'dead')),
            attempts INTEGER NOT NULL DEFAULT 0,
            -- After as many it is given up.
            most_attempts INTEGER NOT NULL,
            created INTEGER NOT NULL,
            next_attempt INTEGER,
            sent INTEGER,
            last_error TEXT
        ) STRICT;
        CREATE INDEX delivery_due ON delivery (channel, next_attempt) WHERE next_attempt IS NOT NULL;
        CREATE INDEX delivery_by_channel ON delivery (channel, sequence);
        CREATE INDEX delivery_by_alert ON delivery (alert, sequence);
        CREATE INDEX delivery_by_status ON delivery (status, sequence);
        -- One try. Written before it is made, so that one cut off by a kill is known as such.
        CREATE TABLE delivery_attempt (
            delivery TEXT NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            outcome TEXT,
            milliseconds INTEGER,
            PRIMARY KEY (delivery, number)
        ) STRICT, WITHOUT ROWID;
    "],
};

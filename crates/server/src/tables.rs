//! The server's own tables, in the control file. Times are milliseconds since 1970 in UTC.

use muster_control::Migration;

/// What [`muster_control::Control::open`] needs to know of this crate.
pub const MIGRATION: Migration = Migration {
    component: "server",
    steps: &["
        CREATE TABLE saved_query (
            id TEXT PRIMARY KEY,
            owner TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
            title TEXT NOT NULL,
            description TEXT NOT NULL,
            sql TEXT NOT NULL,
            shared INTEGER NOT NULL,
            updated INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        -- Questions that were asked; the oldest are forgotten.
        CREATE TABLE asked (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actor_id TEXT NOT NULL,
            actor TEXT NOT NULL,
            sql TEXT NOT NULL,
            rows INTEGER,
            milliseconds INTEGER NOT NULL,
            error TEXT
        ) STRICT;
        CREATE INDEX asked_by ON asked (actor_id, id);
    "],
};

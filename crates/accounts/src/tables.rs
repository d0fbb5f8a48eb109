//! The tables, in the control file. Times are milliseconds since 1970 in UTC.

use muster_control::Migration;

/// What [`muster_control::Control::open`] needs to know of this crate.
pub const MIGRATION: Migration = Migration {
    component: "accounts",
    steps: &["
        CREATE TABLE user (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            email TEXT NOT NULL UNIQUE COLLATE NOCASE,
            role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'user')),
            -- As argon2id writes it; null until the invitation is used.
            password TEXT,
            disabled INTEGER NOT NULL DEFAULT 0,
            created INTEGER NOT NULL,
            last_seen INTEGER
        ) STRICT, WITHOUT ROWID;
        -- Signed in. The token itself is the browser's alone.
        CREATE TABLE session (
            token_hash BLOB PRIMARY KEY,
            user TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
            created INTEGER NOT NULL,
            last_seen INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        -- A link that sets a password, once. Without a user it makes the first owner.
        CREATE TABLE invitation (
            token_hash BLOB PRIMARY KEY,
            user TEXT UNIQUE REFERENCES user (id) ON DELETE CASCADE,
            expires INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE api_key (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            scope TEXT NOT NULL CHECK (scope IN ('query', 'read', 'manage')),
            secret_hash BLOB NOT NULL,
            -- Whose it is; null when it was made on the command line.
            user TEXT REFERENCES user (id) ON DELETE CASCADE,
            created INTEGER NOT NULL,
            expires INTEGER,
            last_used INTEGER,
            disabled INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        -- Who did what. Only ever appended to.
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actor_id TEXT,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            target TEXT,
            detail TEXT,
            address TEXT
        ) STRICT;
        CREATE INDEX audit_by_actor ON audit (actor_id, id);
    ",
    "
        -- Keys that push, perhaps one type alone. A check cannot be changed in its place.
        CREATE TABLE api_key_next (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            scope TEXT NOT NULL CHECK (scope IN ('query', 'read', 'ingest', 'manage')),
            secret_hash BLOB NOT NULL,
            user TEXT REFERENCES user (id) ON DELETE CASCADE,
            created INTEGER NOT NULL,
            expires INTEGER,
            last_used INTEGER,
            disabled INTEGER NOT NULL DEFAULT 0,
            resource_type TEXT
        ) STRICT, WITHOUT ROWID;
        INSERT INTO api_key_next (id, name, scope, secret_hash, user, created, expires, last_used, disabled)
            SELECT id, name, scope, secret_hash, user, created, expires, last_used, disabled FROM api_key;
        DROP TABLE api_key;
        ALTER TABLE api_key_next RENAME TO api_key;
    "],
};

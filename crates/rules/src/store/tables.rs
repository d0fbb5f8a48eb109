use muster_control::Migration;
use muster_model::IntegrationId;
use rusqlite::Transaction;

use crate::RulesError;

/// What [`muster_control::Control::open`] needs to know of this crate.
pub const MIGRATION: Migration = Migration {
    component: "rules",
    steps: &["
        -- What a rule was called when it was last evaluated, so that findings of a rule that went can still be read.
        CREATE TABLE rule (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL,
            severity INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        -- What the last evaluation saw; the same again is not evaluated.
        CREATE TABLE rule_position (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            sequence INTEGER NOT NULL,
            rules TEXT NOT NULL,
            states TEXT NOT NULL
        ) STRICT;
        -- What a rule says in one integration. Suppressions are counted when it is read.
        CREATE TABLE rule_state (
            rule TEXT NOT NULL,
            integration TEXT NOT NULL,
            standing TEXT NOT NULL CHECK (standing IN ('judged', 'not_evaluated', 'not_applicable')),
            pass INTEGER NOT NULL,
            breaking INTEGER NOT NULL,
            not_applicable INTEGER NOT NULL,
            not_evaluated INTEGER NOT NULL,
            reason TEXT,
            evaluated_at INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            PRIMARY KEY (rule, integration)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE finding (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            rule TEXT NOT NULL,
            severity INTEGER NOT NULL,
            integration TEXT NOT NULL,
            resource_type TEXT NOT NULL,
            key TEXT NOT NULL,
            label TEXT NOT NULL,
            evidence TEXT NOT NULL,
            -- `suppressed` is open and held under; a suppression stays while the finding is resolved.
            status TEXT NOT NULL CHECK (status IN ('open', 'suppressed', 'resolved')),
            -- Whether the resource broke the rule when it was last judged; 0 when it is not known any more.
            breaking INTEGER NOT NULL,
            opened_at INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            assignee_id TEXT,
            assignee_name TEXT,
            due_at INTEGER,
            suppression INTEGER REFERENCES suppression (number)
        ) STRICT;
        CREATE UNIQUE INDEX finding_resource ON finding (rule, integration, resource_type, key);
        CREATE INDEX finding_rule ON finding (rule, integration, status);
        CREATE INDEX finding_severity ON finding (status, severity, opened_at, number);
        CREATE INDEX finding_opened ON finding (status, opened_at, number);
        CREATE INDEX finding_key ON finding (key);
        CREATE INDEX finding_integration ON finding (integration);
        CREATE TABLE suppression (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            finding INTEGER NOT NULL,
            integration TEXT NOT NULL,
            reason TEXT NOT NULL,
            by_id TEXT NOT NULL,
            by_name TEXT NOT NULL,
            at INTEGER NOT NULL,
            until INTEGER,
            removed_at INTEGER,
            removed_by_id TEXT,
            removed_by_name TEXT,
            removed_reason TEXT
        ) STRICT;
        CREATE INDEX suppression_integration ON suppression (integration);
        CREATE INDEX suppression_until ON suppression (until) WHERE removed_at IS NULL AND until IS NOT NULL;
        -- The history of findings. Only ever appended to; alerts read on by number.
        CREATE TABLE finding_step (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            finding INTEGER NOT NULL,
            rule TEXT NOT NULL,
            integration TEXT NOT NULL,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            by_id TEXT,
            by_name TEXT,
            cause TEXT,
            text TEXT,
            -- Whether the finding was suppressed when it was done.
            suppressed INTEGER NOT NULL,
            -- By how much it changed the number of open findings.
            change INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX finding_step_finding ON finding_step (finding, sequence);
        CREATE INDEX finding_step_rule ON finding_step (rule, at);
        CREATE INDEX finding_step_at ON finding_step (at);
        CREATE INDEX finding_step_integration ON finding_step (integration);
    "],
};

/// Takes away every state, finding, step and suppression of an integration.
///
/// # Errors
/// [`RulesError::Control`].
pub fn forget(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
) -> Result<(), RulesError> {
    for table in ["finding_step", "rule_state", "finding", "suppression"] {
        transaction.execute(
            &format!("DELETE FROM {table} WHERE integration = ?1"),
            [integration.as_str()],
        )?;
    }
    Ok(())
}

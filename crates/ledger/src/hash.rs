//! Hashes of keys, scopes and documents.
//!
//! blake3, so that whoever can choose a display name cannot choose one that makes a change invisible.

/// Identifies a key inside (integration, type).
pub type KeyHash = [u8; 16];
/// Identifies a scope inside (integration, type).
pub type ScopeHash = [u8; 8];
/// Identifies the bytes of a redacted document.
pub type DocumentHash = [u8; 16];

/// The hash of a resource key.
pub fn key_hash(key: &str) -> KeyHash {
    first(key.as_bytes())
}

/// The hash of a scope: the parent's key, a variant, or nothing.
pub fn scope_hash(scope: &str) -> ScopeHash {
    first(scope.as_bytes())
}

/// The hash of a document's bytes.
pub fn document_hash(document: &str) -> DocumentHash {
    first(document.as_bytes())
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut start = [0; N];
    start.copy_from_slice(&blake3::hash(bytes).as_bytes()[..N]);
    start
}

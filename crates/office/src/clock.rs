use std::time::{SystemTime, UNIX_EPOCH};

/// What the clock says, in milliseconds since 1970.
pub fn now_milliseconds() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

//! The company's time: the machine's, plus whatever `POST /_sim/change` advanced it by.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Whole seconds since 1970, UTC.
pub type Seconds = i64;
/// One day in seconds.
pub const DAY: Seconds = 86_400;

/// The clock every answer is given by.
#[derive(Debug, Default)]
pub struct Clock {
    ahead: AtomicI64,
}

impl Clock {
    /// Now, in the company.
    pub fn now(&self) -> Seconds {
        self.now_millis() / 1000
    }

    /// Now, in the company, in milliseconds.
    pub fn now_millis(&self) -> i64 {
        machine_millis() + self.ahead.load(Ordering::Relaxed) * 1000
    }

    /// Moves the company's time on; it never goes back.
    pub fn advance(&self, by: Seconds) {
        self.ahead.fetch_add(by.max(0), Ordering::Relaxed);
    }
}

fn machine_millis() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX))
}

/// `2026-06-01T08:15:00.000Z`, the form of nearly all of the vendor's timestamps.
#[must_use]
pub fn format(at: Seconds) -> [u8; 24] {
    format_millis(at * 1000)
}

/// The same, with milliseconds that are not always zero (the System Log's `published`).
#[must_use]
pub fn format_millis(at: i64) -> [u8; 24] {
    let (seconds, millis) = (at.div_euclid(1000), at.rem_euclid(1000));
    let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    // civil date from a day number, counting years from March so that the leap day comes last
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    let mut put = |at: usize, width: usize, mut n: i64| {
        for i in (at..at + width).rev() {
            text[i] = b'0' + (n % 10) as u8;
            n /= 10;
        }
    };
    put(0, 4, year);
    put(5, 2, month);
    put(8, 2, day);
    put(11, 2, second / 3600);
    put(14, 2, second / 60 % 60);
    put(17, 2, second % 60);
    put(20, 3, millis);
    text
}

/// The same as text.
#[must_use]
pub fn text(at: Seconds) -> String {
    String::from_utf8_lossy(&format(at)).into_owned()
}

/// Reads an RFC 3339 moment, in milliseconds.
#[must_use]
pub fn parse_millis(text: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|t| t.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_chrono_would() {
        for at in [
            0,
            951_782_400,
            1_582_934_400,
            1_709_164_799,
            1_780_272_000,
            4_102_444_799,
        ] {
            let expected = chrono::DateTime::from_timestamp(at, 0)
                .unwrap()
                .to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
            assert_eq!(text(at), expected);
            assert_eq!(parse_millis(&text(at)), Some(at * 1000));
        }
    }
}

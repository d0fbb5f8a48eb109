//! Moments as RFC 3339 writes them.

use chrono::{NaiveDate, NaiveTime};

/// Whether `text` is a moment that a column can hold: RFC 3339 with at most nine digits below the second, which has no
/// sixty-first.
pub(crate) fn is_moment(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(date), Some(time), Some(rest)) = (bytes.get(..10), bytes.get(11..19), text.get(19..))
    else {
        return false;
    };
    if bytes[10] != b'T' || date[4] != b'-' || date[7] != b'-' || time[2] != b':' || time[5] != b':'
    {
        return false;
    }
    let parts = [
        number(&date[..4]),
        number(&date[5..7]),
        number(&date[8..]),
        number(&time[..2]),
        number(&time[3..5]),
        number(&time[6..]),
    ];
    let [
        Some(year),
        Some(month),
        Some(day),
        Some(hour),
        Some(minute),
        Some(second),
    ] = parts
    else {
        return false;
    };
    let zone = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if !(1..=9).contains(&digits) {
                return false;
            }
            &fraction[digits..]
        }
    };
    i32::try_from(year)
        .ok()
        .filter(|year| *year > 0)
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .is_some()
        && NaiveTime::from_hms_opt(hour, minute, second).is_some()
        && is_zone(zone)
}

fn is_zone(zone: &str) -> bool {
    let bytes = zone.as_bytes();
    match bytes {
        b"Z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            number(&[*h1, *h2]).is_some_and(|hours| hours < 24)
                && number(&[*m1, *m2]).is_some_and(|minutes| minutes < 60)
        }
        _ => false,
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, digit| {
        digit
            .is_ascii_digit()
            .then(|| sum * 10 + u32::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_rfc_3339() {
        for good in [
            "2026-11-23T08:00:00Z",
            "2026-11-23T08:00:00.5+02:00",
            "1969-12-31T23:59:59.123456789-11:30",
            "2024-02-29T00:00:00Z",
        ] {
            assert!(is_moment(good), "{good}");
        }
        for bad in [
            "",
            "2026-11-23",
            "2026-11-23T08:00:00",
            "2026-11-23 08:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T23:59:60Z",
            "2026-11-23T08:00:00.Z",
            "2026-11-23T08:00:00.1234567890Z",
            "2026-11-23T08:00:00+2:00",
            "0000-01-01T00:00:00Z",
            "2026-11-23T08:00:00\u{e9}",
            "2026-11-2\u{e9}T08:00:00Z",
        ] {
            assert!(!is_moment(bad), "{bad}");
        }
    }
}

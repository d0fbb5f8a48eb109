use arrow::compute::kernels::cast_utils::string_to_datetime;
use chrono::Utc;

/// A moment in any spelling the vendors use, in milliseconds since 1970 in UTC.
///
/// Okta writes `2015-02-06T10:11:28.000Z` nearly everywhere, without milliseconds in places, and
/// `2015-02-06 10:11:28.0` in a few; a text without a zone is UTC.
pub fn parse_timestamp(text: &str) -> Option<i64> {
    common(text.as_bytes()).or_else(|| {
        string_to_datetime(&Utc, text.trim())
            .ok()
            .map(|moment| moment.timestamp_millis())
    })
}

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`, the form nearly every value has.
fn common(text: &[u8]) -> Option<i64> {
    let &[
        y1,
        y2,
        y3,
        y4,
        b'-',
        o1,
        o2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        m1,
        m2,
        b':',
        s1,
        s2,
        b'.',
        f1,
        f2,
        f3,
        b'Z',
    ] = text
    else {
        return None;
    };
    let year = number(&[y1, y2, y3, y4])?;
    let (month, day) = (number(&[o1, o2])?, number(&[d1, d2])?);
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?);
    let millisecond = number(&[f1, f2, f3])?;
    let date = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let time = chrono::NaiveTime::from_hms_milli_opt(hour, minute, second, millisecond)?;
    Some(date.and_time(time).and_utc().timestamp_millis())
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
    fn every_recorded_spelling_is_the_same_moment() {
        for text in [
            "2015-02-06T10:11:28.000Z",
            "2015-02-06T10:11:28Z",
            "2015-02-06 10:11:28.0",
            "2015-02-06 10:11:28",
            "2015-02-06T12:11:28.000+02:00",
        ] {
            assert_eq!(parse_timestamp(text), Some(1_423_217_488_000), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in ["", "null", "2015-13-06T10:11:28.000Z", "yesterday"] {
            assert_eq!(parse_timestamp(text), None, "{text}");
        }
    }
}

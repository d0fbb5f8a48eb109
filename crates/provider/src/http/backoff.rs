use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// How long to wait before the try after `failed` failed ones: doubling, and spread over half of it so that
/// requests that failed together do not come back together. `random` is from 0 to 1.
pub(super) fn delay(failed: u32, random: f64) -> Duration {
    let doubled = FIRST.saturating_mul(1 << failed.saturating_sub(1).min(16));
    doubled.min(LONGEST).mul_f64(0.5 + random / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_half_a_minute() {
        assert_eq!(delay(1, 1.0), FIRST);
        assert_eq!(delay(1, 0.0), FIRST / 2);
        assert_eq!(delay(3, 1.0), FIRST * 4);
        assert_eq!(delay(60, 1.0), LONGEST);
    }
}

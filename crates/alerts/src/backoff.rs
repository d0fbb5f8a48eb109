use std::time::Duration;

const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(6 * 60 * 60);

/// How long to wait before the try after `failed` failed ones: doubling, and spread over half of it, so that what failed
/// together does not come back together. Twelve tries take a night. `random` is from 0 to 1.
pub(crate) fn delay(failed: u32, random: f64) -> Duration {
    let doubled = FIRST.saturating_mul(1 << failed.saturating_sub(1).min(16));
    doubled.min(LONGEST).mul_f64(0.5 + random / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_six_hours() {
        assert_eq!(delay(1, 1.0), FIRST);
        assert_eq!(delay(1, 0.0), FIRST / 2);
        assert_eq!(delay(4, 1.0), FIRST * 8);
        assert_eq!(delay(40, 1.0), LONGEST);
        let all: Duration = (1..12).map(|failed| delay(failed, 0.5)).sum();
        assert!(all > Duration::from_secs(8 * 3600), "{all:?}");
    }
}

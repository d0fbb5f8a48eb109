//! How big everything is, from the few sizes that were asked for.

/// The sizes of the company.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub users: u32,
    pub groups: usize,
    pub applications: usize,
    /// About how many (application, user) pairs there shall be.
    pub assignments: u64,
    /// About how many memberships there shall be in groups that are kept by hand or come from a directory.
    pub memberships: u64,
    /// People per department; some may be empty in a tiny company.
    pub departments: Vec<u32>,
    /// People per city.
    pub cities: Vec<u32>,
}

impl Plan {
    /// Fills in what was not asked for, in proportions that real organisations show: groups and applications grow with
    /// the square root of the people.
    #[must_use]
    pub fn new(
        users: u32,
        groups: Option<usize>,
        applications: Option<usize>,
        assignments: Option<u64>,
        memberships: Option<u64>,
    ) -> Self {
        let users = users.max(1);
        let root = f64::from(users).sqrt();
        let (d, c) = match users {
            0..50 => (4, 3),
            50..2_000 => (8, 6),
            2_000..50_000 => (14, 12),
            _ => (20, 20),
        };
        let least_groups = 2 + d + c + 2;
        let groups = groups
            .unwrap_or(10 + (2.2 * root) as usize)
            .max(least_groups);
        let applications = applications.unwrap_or(18 + (0.43 * root) as usize).max(6);
        Self {
            users,
            groups,
            applications,
            assignments: assignments.unwrap_or(u64::from(users) * 5),
            memberships: memberships.unwrap_or(u64::from(users) * 2),
            departments: split(
                users,
                d,
                |i| if i == 0 { 0.02 } else { 1.0 / (i as f64 + 1.5) },
            ),
            cities: split(users, c, |i| 1.0 / (i as f64 + 1.5)),
        }
    }
}

/// Splits `total` by weight; the parts add up to it.
fn split(total: u32, parts: usize, weight: impl Fn(usize) -> f64) -> Vec<u32> {
    let sum: f64 = (0..parts).map(&weight).sum();
    let mut sizes: Vec<u32> = (0..parts)
        .map(|i| (f64::from(total) * weight(i) / sum) as u32)
        .collect();
    sizes[0] = sizes[0].max(1);
    // what rounding left over, or took too much of, is settled by the biggest part
    let given: u32 = sizes.iter().sum();
    let biggest = (0..parts).max_by_key(|i| sizes[*i]).unwrap_or(0);
    sizes[biggest] = (sizes[biggest] + total).saturating_sub(given);
    sizes
}

/// Sizes that follow rank: few big, many small, together about `total`, none above `cap`, none under `least`.
#[must_use]
pub fn by_rank(count: usize, total: u64, least: u32, cap: u32) -> Vec<u32> {
    if count == 0 {
        return Vec::new();
    }
    let mut sizes = vec![0u32; count];
    let mut left = total as f64;
    // a capped rank gives what it may not take to the ranks after it
    let mut weight_left: f64 = (0..count).map(|i| 1.0 / (i as f64 + 3.0)).sum();
    for (i, size) in sizes.iter_mut().enumerate() {
        let weight = 1.0 / (i as f64 + 3.0);
        let share = (left * weight / weight_left)
            .min(f64::from(cap))
            .max(f64::from(least.min(cap)));
        *size = share as u32;
        left = (left - f64::from(*size)).max(0.0);
        weight_left -= weight;
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_grow_as_organisations_do() {
        let plan = Plan::new(20_000, None, None, None, None);
        assert!((200..=400).contains(&plan.groups), "{}", plan.groups);
        assert!(
            (60..=100).contains(&plan.applications),
            "{}",
            plan.applications
        );
        for users in [1, 2, 5, 49, 200, 20_000, 1_000_000] {
            let plan = Plan::new(users, None, None, None, None);
            assert_eq!(plan.departments.iter().sum::<u32>(), users);
            assert_eq!(plan.cities.iter().sum::<u32>(), users);
        }
    }

    #[test]
    fn ranks_share_the_whole() {
        let sizes = by_rank(400, 3_000_000, 3, 600_000);
        let sum: u64 = sizes.iter().map(|s| u64::from(*s)).sum();
        assert!((2_990_000..=3_010_000).contains(&sum), "{sum}");
    }
}

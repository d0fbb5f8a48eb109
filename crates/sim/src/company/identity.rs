//! What people are called: names, addresses, titles.

use super::names::{DEPARTMENTS, FIRST, LAST, OCCUPATIONS};
use super::people::Position;
use super::{Company, UserType};
use crate::hash::{Purpose, draw};

/// What service accounts are for.
pub const SERVICES: [&str; 6] = [
    "backup",
    "directory-sync",
    "reporting",
    "ticketing",
    "payroll-export",
    "build",
];

impl Company {
    /// The job title of a position. `promotions` turns a plain title into a senior one, then a principal one.
    pub fn write_title(&self, i: u32, position: Position, promotions: u8, out: &mut String) {
        let department = usize::from(position.department);
        if self.manages(position) {
            let rank = if position.rank == 0 && position.department == 0 {
                "Chief Executive Officer"
            } else {
                match position.rank {
                    0 => "Vice President, ",
                    1..=8 => "Director, ",
                    9..=72 => "Senior Manager, ",
                    _ => "Manager, ",
                }
            };
            out.push_str(rank);
            if rank.ends_with(' ') {
                out.push_str(DEPARTMENTS[department]);
            }
            return;
        }
        let level = (draw(self.seed, Purpose::Title, u64::from(i)) % 4) as u8 + promotions;
        out.push_str(match level {
            0 => "Junior ",
            1 | 2 => "",
            3 | 4 => "Senior ",
            _ => "Principal ",
        });
        out.push_str(OCCUPATIONS[department]);
    }

    /// First name, last name, and how many people of that name came before.
    #[inline]
    #[must_use]
    pub fn name(&self, i: u32) -> (usize, usize, u32) {
        const NAMES: u64 = (FIRST.len() * LAST.len()) as u64;
        let n = u64::from(i);
        let which = (n % NAMES)
            .wrapping_mul(5_003)
            .wrapping_add(draw(self.seed, Purpose::Name, 0))
            % NAMES;
        (
            (which % FIRST.len() as u64) as usize,
            (which / FIRST.len() as u64) as usize,
            (n / NAMES) as u32,
        )
    }

    /// The part of the address before the `@`.
    pub fn write_login_name(&self, i: u32, out: &mut String) {
        let (first, last, again) = self.name(i);
        if self.user_type(i) == UserType::Service {
            out.push_str("svc-");
            out.push_str(SERVICES[i as usize % SERVICES.len()]);
            out.push('-');
            out.push_str(&i.to_string());
            return;
        }
        if self.long_login(i) {
            out.push_str("integration.account.migrated.from.directory.forest.");
        }
        out.push_str(&self.first_slugs[first]);
        out.push('.');
        out.push_str(&self.last_slugs[last]);
        if again > 0 {
            out.push_str(&again.to_string());
        }
    }

    /// First and last name as shown.
    #[must_use]
    pub fn shown_name(&self, i: u32) -> (&'static str, &'static str) {
        let (first, last, _) = self.name(i);
        if self.user_type(i) == UserType::Service {
            ("Service", SERVICES[i as usize % SERVICES.len()])
        } else {
            (FIRST[first], LAST[last])
        }
    }

    /// The first name of person `i` as it stands in an address.
    #[must_use]
    pub fn first_slugs_of(&self, i: u32) -> String {
        self.first_slugs[self.name(i).0].clone()
    }
}

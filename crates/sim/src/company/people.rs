//! People, each derived alone from the seed and an index.
//!
//! A department is a range of places in a shuffle of everybody, and a person's place in that range is also a place in a
//! heap where everyone has eight reports. So managers, levels and titles need no table, and a department can be listed
//! without looking at anyone else. People who join later have indexes beyond the founders'; they are placed by chance, as
//! somebody's report.

use super::names::CITIES;
use super::{Company, UserType};
use crate::hash::{Purpose, draw};

/// How many people report to one.
const SPAN: u32 = 8;

/// Where a person stands in the reporting lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub department: u16,
    /// Place in the department's heap; 0 is its head.
    pub rank: u32,
}

impl Company {
    /// Where person `i` stands.
    #[inline]
    #[must_use]
    pub fn position(&self, i: u32) -> Position {
        if i < self.plan.users {
            let place = self.by_department.place(i);
            let department = range_of(&self.department_starts, place);
            Position {
                department,
                rank: place - self.department_starts[usize::from(department)],
            }
        } else {
            let place = (draw(self.seed, Purpose::Joined, u64::from(i))
                % u64::from(self.plan.users)) as u32;
            let department = range_of(&self.department_starts, place);
            // beyond the heap: never anyone's manager
            Position {
                department,
                rank: self.plan.departments[usize::from(department)] + i - self.plan.users,
            }
        }
    }

    /// Where person `i` works.
    #[inline]
    #[must_use]
    pub fn city(&self, i: u32) -> u16 {
        let place = if i < self.plan.users {
            self.by_city.place(i)
        } else {
            (draw(self.seed, Purpose::City, u64::from(i)) % u64::from(self.plan.users)) as u32
        };
        range_of(&self.city_starts, place)
    }

    /// What kind of account person `i` has.
    #[inline]
    #[must_use]
    pub fn user_type(&self, i: u32) -> UserType {
        if i >= self.plan.users {
            return UserType::Employee;
        }
        match self.type_at(self.by_type.place(i)) {
            // nobody reports to a machine
            UserType::Service if self.manages(self.position(i)) || i < 4 => UserType::Employee,
            user_type => user_type,
        }
    }

    /// Whether anyone reports to the person in this position.
    #[inline]
    #[must_use]
    pub fn manages(&self, position: Position) -> bool {
        position.rank < self.managers_of(position.department)
    }

    /// How many managers a department has; they are its first places.
    #[inline]
    #[must_use]
    pub fn managers_of(&self, department: u16) -> u32 {
        self.plan.departments[usize::from(department)]
            .saturating_sub(1)
            .div_ceil(SPAN)
    }

    /// Who the person in this position reports to.
    #[must_use]
    pub fn manager(&self, i: u32, position: Position) -> Option<u32> {
        let size = self.plan.departments[usize::from(position.department)];
        if position.rank == 0 {
            if position.department == 0 {
                return None;
            }
            return Some(self.by_department.at(0));
        }
        let rank = if position.rank < size {
            position.rank
        } else {
            1 + (draw(self.seed, Purpose::Joined, u64::from(i) ^ 0xFF) % u64::from(size.max(1)))
                as u32
        };
        if size == 0 {
            return Some(self.by_department.at(0));
        }
        let manager = self
            .by_department
            .at(self.department_starts[usize::from(position.department)] + (rank - 1) / SPAN);
        (manager != i).then_some(manager)
    }

    /// The city of an office and what goes with it.
    #[must_use]
    pub fn office(
        city: u16,
    ) -> (
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
    ) {
        CITIES[usize::from(city)]
    }
}

fn range_of(starts: &[u32], place: u32) -> u16 {
    (starts.partition_point(|start| *start <= place) - 1) as u16
}

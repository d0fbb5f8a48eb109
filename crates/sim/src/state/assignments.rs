//! Who has which application now, and how they came to it.

use std::ops::ControlFlow;

use super::State;
use crate::clock::Seconds;
use crate::company::accounts::Status;
use crate::hash::{Purpose, draw_pair};

/// How a person has an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    Group(usize),
    Hand,
}

/// Cursors of assignments keep the phase above the place.
const PHASE: u32 = 34;

impl State {
    /// How person `i` has application `a`, if at all. Whoever is in an assigned group has it by group.
    #[must_use]
    pub fn assignment(&self, a: usize, i: u32) -> Option<Via> {
        if !self.exists(i) || self.applications[a].gone {
            return None;
        }
        let left = self.status(i) == Status::Deprovisioned;
        if !left
            && let Some((group, _)) = self.applications[a]
                .groups
                .iter()
                .find(|(g, _)| self.is_member(*g, i))
        {
            return Some(Via::Group(*group));
        }
        (self.by_hand(a, i) && (!left || self.leftover(i))).then_some(Via::Hand)
    }

    fn by_hand(&self, a: usize, i: u32) -> bool {
        let application = &self.applications[a];
        if application.added.contains_key(&i) {
            return true;
        }
        self.company.applications[a]
            .assigned
            .by_hand
            .is_some_and(|(shuffle, size)| i < self.company.plan.users && shuffle.place(i) < size)
            && !application.removed.contains(&i)
    }

    /// A person who left and kept an assignment: planted.
    #[must_use]
    pub fn leftover(&self, i: u32) -> bool {
        self.company.left_over(i)
    }

    /// Calls `visit` with everyone who has application `a` from cursor `from` on: the cursor of what follows, the person,
    /// and how they have it. First the members of each assigned group, by priority; then people assigned by hand.
    pub fn visit_assigned(
        &self,
        a: usize,
        from: u64,
        mut visit: impl FnMut(u64, u32, Via) -> ControlFlow<()>,
    ) {
        let application = &self.applications[a];
        let (phase, mut place) = ((from >> PHASE) as usize, from & ((1 << PHASE) - 1));
        for (n, (group, _)) in application.groups.iter().enumerate().skip(phase) {
            let mut stopped = false;
            self.visit_members(*group, place, |next, i| {
                if self.status(i) == Status::Deprovisioned
                    || application.groups[..n]
                        .iter()
                        .any(|(g, _)| self.is_member(*g, i))
                {
                    return ControlFlow::Continue(());
                }
                let flow = visit((n as u64) << PHASE | next, i, Via::Group(*group));
                stopped = flow.is_break();
                flow
            });
            if stopped {
                return;
            }
            place = 0;
        }
        self.visit_by_hand(a, place, visit);
    }

    fn visit_by_hand(
        &self,
        a: usize,
        place: u64,
        mut visit: impl FnMut(u64, u32, Via) -> ControlFlow<()>,
    ) {
        let application = &self.applications[a];
        let phase = (application.groups.len() as u64) << PHASE;
        let mut offer = |next: u64, i: u32| {
            if !self.exists(i) {
                return ControlFlow::Continue(());
            }
            let left = self.status(i) == Status::Deprovisioned;
            let shown = if left {
                self.leftover(i)
            } else {
                !application
                    .groups
                    .iter()
                    .any(|(g, _)| self.is_member(*g, i))
            };
            if shown {
                visit(phase | next, i, Via::Hand)
            } else {
                ControlFlow::Continue(())
            }
        };
        let mut places = 0;
        if let Some((shuffle, size)) = self.company.applications[a].assigned.by_hand {
            places = u64::from(size);
            for place in place..places {
                let i = shuffle.at(place as u32);
                if !application.removed.contains(&i) && offer(place + 1, i).is_break() {
                    return;
                }
            }
        }
        let first = place.saturating_sub(places) as u32;
        for i in application.added.range(first..).map(|(i, _)| *i) {
            if offer(places + u64::from(i) + 1, i).is_break() {
                return;
            }
        }
    }

    /// How many people have application `a`.
    #[must_use]
    pub fn assigned_count(&self, a: usize) -> u64 {
        let mut count = 0;
        self.visit_assigned(a, 0, |_, _, _| {
            count += 1;
            ControlFlow::Continue(())
        });
        count
    }

    /// When person `i` got application `a`.
    #[must_use]
    pub fn assigned_since(&self, a: usize, i: u32, via: Via) -> Seconds {
        let company = &self.company;
        let since = match via {
            Via::Hand => self.applications[a].added.get(&i).copied(),
            Via::Group(g) => {
                let assigned = self.applications[a]
                    .groups
                    .iter()
                    .find(|(group, _)| *group == g)
                    .map(|(_, at)| *at)
                    .filter(|at| *at > company.epoch);
                self.member_since(g, i).max(assigned)
            }
        };
        since.unwrap_or_else(|| {
            let begun = company.applications[a].created.max(self.person_created(i));
            let span = (company.epoch - begun).max(1) as u64;
            begun
                + (draw_pair(company.seed, Purpose::AppUser, a as u64, u64::from(i)) % span) as i64
        })
    }

    fn person_created(&self, i: u32) -> Seconds {
        match self
            .joined
            .get(i.wrapping_sub(self.company.plan.users) as usize)
        {
            Some(at) if i >= self.company.plan.users => *at,
            _ => self.company.times(i, self.company.status(i)).created,
        }
    }
}

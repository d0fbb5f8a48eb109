//! Who is in which group now.

use std::ops::ControlFlow;

use super::State;
use super::people::Attributes;
use crate::clock::Seconds;
use crate::company::groups::{EVERYONE, Members};

impl State {
    /// Whether person `i` is in group `g`.
    #[inline]
    #[must_use]
    pub fn is_member(&self, g: usize, i: u32) -> bool {
        if !self.exists(i) {
            return false;
        }
        if g == EVERYONE {
            return true;
        }
        let group = &self.groups[g];
        if !group.added.is_empty() && group.added.contains_key(&i) {
            return true;
        }
        (group.removed.is_empty() || !group.removed.contains(&i))
            && self.company.was_member(&group.group.members, i)
    }

    /// Calls `visit` with every member of group `g` from cursor `from` on, and with the cursor of what follows. The
    /// founders come in the order of their places, which no change shifts; then those who came since, by index.
    pub fn visit_members(
        &self,
        g: usize,
        from: u64,
        mut visit: impl FnMut(u64, u32) -> ControlFlow<()>,
    ) {
        let group = &self.groups[g];
        if g == EVERYONE {
            for i in from..u64::from(self.population()) {
                if self.exists(i as u32) && visit(i + 1, i as u32).is_break() {
                    return;
                }
            }
            return;
        }
        let places = u64::from(self.company.places(&group.group.members));
        for place in from..places {
            let Some(i) = self.company.member_at(&group.group.members, place as u32) else {
                continue;
            };
            if !self.exists(i) || (!group.removed.is_empty() && group.removed.contains(&i)) {
                continue;
            }
            if visit(place + 1, i).is_break() {
                return;
            }
        }
        let first = from.saturating_sub(places) as u32;
        for i in group.added.range(first..).map(|(i, _)| *i) {
            if self.exists(i) && visit(places + u64::from(i) + 1, i).is_break() {
                return;
            }
        }
    }

    /// Since when person `i` is in group `g`, if that was after the epoch.
    #[must_use]
    pub fn member_since(&self, g: usize, i: u32) -> Option<Seconds> {
        if g == EVERYONE {
            self.joined
                .get(i.wrapping_sub(self.company.plan.users) as usize)
                .copied()
        } else {
            self.groups[g].added.get(&i).copied()
        }
    }

    /// How many members group `g` has.
    #[must_use]
    pub fn member_count(&self, g: usize) -> u64 {
        let group = &self.groups[g];
        if g == EVERYONE {
            return u64::from(self.population()) - self.gone.len() as u64;
        }
        // without deletions a group that is not half a crossing is as big as its places say
        if self.gone.is_empty() && !matches!(group.group.members, Members::DepartmentInCity(..)) {
            return u64::from(self.company.places(&group.group.members))
                - group.removed.len() as u64
                + group.added.len() as u64;
        }
        let mut count = 0;
        self.visit_members(g, 0, |_, _| {
            count += 1;
            ControlFlow::Continue(())
        });
        count
    }

    /// The groups person `i` is in.
    pub fn groups_of(&self, i: u32) -> impl Iterator<Item = usize> + '_ {
        (0..self.groups.len()).filter(move |g| !self.groups[*g].gone && self.is_member(*g, i))
    }
}

/// Whether a rule puts somebody with these attributes into a group; none if no rule decides.
#[must_use]
pub fn by_rule(members: &Members, attributes: Attributes) -> Option<bool> {
    Some(match *members {
        Members::Department(d) => attributes.department == Some(d),
        Members::City(c) => attributes.city == Some(c),
        Members::DepartmentInCity(d, c) => {
            attributes.department == Some(d) && attributes.city == Some(c)
        }
        Members::Managers => attributes.manages,
        Members::Contractors => attributes.contractor,
        Members::Everyone | Members::Chosen(..) => return None,
    })
}

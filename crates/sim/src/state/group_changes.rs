//! Changes of groups and of who is in them.

use super::application_changes::Had;
use super::effects::{Effect, Effects};
use super::events::{Actor, EventKind};
use super::{GroupState, State};
use crate::clock::Seconds;
use crate::company::Company;
use crate::company::groups::{EVERYONE, Group, GroupType, Members};
use crate::company::rules::Target;
use crate::hash::{IndexSet, Shuffle};
use crate::ids::Kind;

impl State {
    /// Puts a person into a group or takes them out.
    pub fn set_member(
        &mut self,
        g: usize,
        i: u32,
        member: bool,
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) {
        let Some(had) = self.put_member(g, i, member, at, effects) else {
            return;
        };
        self.groups[g].group.membership_updated = at;
        effects.note("okta_group", Effect::Modified, || {
            self.company.ids.group(g).to_string()
        });
        let kind = if member {
            EventKind::MembershipAdd
        } else {
            EventKind::MembershipRemove
        };
        let event = self.log(at, kind, actor);
        event.user = Some(i);
        event.group = Some(g as u32);
        self.note_assignments(i, &had, Actor::System, at, effects);
    }

    /// The same, but the group's `lastMembershipUpdated` stays where it was and the log keeps quiet about it: a marker
    /// that cannot be relied on.
    pub fn lie_about_member(
        &mut self,
        g: usize,
        i: u32,
        member: bool,
        at: Seconds,
        effects: &mut Effects,
    ) {
        if let Some(had) = self.put_member(g, i, member, at, effects) {
            self.note_assignments(i, &had, Actor::System, at, effects);
        }
    }

    /// Makes the change, if it is one, and tells how the person had the group's applications before it.
    fn put_member(
        &mut self,
        g: usize,
        i: u32,
        member: bool,
        at: Seconds,
        effects: &mut Effects,
    ) -> Option<Vec<Had>> {
        if g == EVERYONE || self.is_member(g, i) == member {
            return None;
        }
        let had = self.groups[g]
            .applications
            .iter()
            .map(|a| (*a, self.assignment(*a, i)))
            .collect();
        let belonged = (g == Company::ROLE_GROUP).then(|| self.belongings(i, effects));
        let founder = self.company.was_member(&self.groups[g].group.members, i);
        let group = &mut self.groups[g];
        match (member, founder) {
            (true, true) => {
                group.removed.remove(&i);
            }
            (true, false) => {
                group.added.insert(i, at);
            }
            (false, true) => {
                group.removed.insert(i);
            }
            (false, false) => {
                group.added.remove(&i);
            }
        }
        self.version += 1;
        let effect = if member {
            Effect::Added
        } else {
            Effect::Removed
        };
        effects.note("okta_group_member", effect, || {
            self.pair_key(self.company.ids.group(g), i)
        });
        if let Some(belonged) = belonged {
            self.note_belongings(i, &belonged, effects);
        }
        Some(had)
    }

    /// Renames a group.
    pub fn rename_group(
        &mut self,
        g: usize,
        name: String,
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) {
        self.groups[g].group.name = name;
        self.groups[g].group.last_updated = at;
        effects.note("okta_group", Effect::Modified, || {
            self.company.ids.group(g).to_string()
        });
        self.log(at, EventKind::GroupUpdate, actor).group = Some(g as u32);
    }

    /// Creates a group without members.
    pub fn add_group(
        &mut self,
        name: String,
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) -> usize {
        let g = self.groups.len();
        let group = Group {
            group_type: GroupType::Okta,
            name,
            description: None,
            members: Members::Chosen(Shuffle::new(1, 0), 0),
            created: at,
            last_updated: at,
            membership_updated: at,
        };
        self.groups.push(GroupState {
            group,
            added: Default::default(),
            removed: IndexSet::default(),
            gone: false,
            applications: Vec::new(),
        });
        effects.note("okta_group", Effect::Added, || {
            self.company.ids.group(g).to_string()
        });
        self.log(at, EventKind::GroupCreate, actor).group = Some(g as u32);
        g
    }

    /// Deletes a group; assignments that came through it go with it.
    pub fn delete_group(&mut self, g: usize, actor: Actor, at: Seconds, effects: &mut Effects) {
        if g == EVERYONE || self.groups[g].gone {
            return;
        }
        for a in self.groups[g].applications.clone() {
            self.assign_group(a, g, false, actor, at, effects);
        }
        let mut members = Vec::new();
        self.visit_members(g, 0, |_, i| {
            members.push(i);
            std::ops::ControlFlow::Continue(())
        });
        if let Some(owner) = self.owner_of(g) {
            effects.note("okta_group_owner", Effect::Removed, || {
                format!("{}/{}", self.company.ids.group(g), self.owner_id(owner))
            });
        }
        self.groups[g].gone = true;
        for i in members {
            effects.note("okta_group_member", Effect::Removed, || {
                self.pair_key(self.company.ids.group(g), i)
            });
        }
        effects.note("okta_group", Effect::Removed, || {
            self.company.ids.group(g).to_string()
        });
        // a rule that filled it is invalid from now on
        for r in (0..self.company.rules.len())
            .filter(|r| self.company.rules[*r].groups.contains(&Target::Group(g)))
        {
            effects.note("okta_group_rule", Effect::Modified, || {
                self.company.ids.id(Kind::GroupRule, r as u64).to_string()
            });
        }
        self.log(at, EventKind::GroupDelete, actor).group = Some(g as u32);
    }
}

//! Changes of applications and of who has them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::effects::{Effect, Effects};
use super::events::{Actor, EventKind};
use super::{State, Via};
use crate::clock::Seconds;
use crate::company::applications::Mode;
use crate::ids::Kind;

/// An application, and how somebody had it.
pub(super) type Had = (usize, Option<Via>);

impl State {
    /// Assigns an application to a person by hand, or takes that back.
    pub fn assign(
        &mut self,
        a: usize,
        i: u32,
        assigned: bool,
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) {
        let had = [(a, self.assignment(a, i))];
        let founder = i < self.company.plan.users
            && self.company.applications[a]
                .assigned
                .by_hand
                .is_some_and(|(shuffle, size)| shuffle.place(i) < size);
        let application = &mut self.applications[a];
        match (assigned, founder) {
            (true, true) => {
                application.removed.remove(&i);
            }
            (true, false) => {
                application.added.entry(i).or_insert(at);
            }
            (false, true) => {
                application.removed.insert(i);
            }
            (false, false) => {
                application.added.remove(&i);
            }
        }
        self.version += 1;
        self.note_assignments(i, &had, actor, at, effects);
    }

    /// Assigns an application to a group, last in priority, or takes that back.
    pub fn assign_group(
        &mut self,
        a: usize,
        g: usize,
        assigned: bool,
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) {
        let there = self.applications[a]
            .groups
            .iter()
            .position(|(group, _)| *group == g);
        let before = self.everyone_with(a);
        let effect = match (assigned, there) {
            (true, None) => {
                self.applications[a].groups.push((g, at));
                self.groups[g].applications.push(a);
                Effect::Added
            }
            (false, Some(place)) => {
                self.applications[a].groups.remove(place);
                self.groups[g].applications.retain(|other| *other != a);
                // those that came after move up
                for (after, _) in &self.applications[a].groups[place..] {
                    let ids = &self.company.ids;
                    effects.note("okta_application_group", Effect::Modified, || {
                        format!("{}/{}", ids.application(a), ids.group(*after))
                    });
                }
                Effect::Removed
            }
            _ => return,
        };
        let application = self.company.ids.application(a);
        effects.note("okta_application_group", effect, || {
            format!("{application}/{}", self.company.ids.group(g))
        });
        let kind = if assigned {
            EventKind::ApplicationGroupAdd
        } else {
            EventKind::ApplicationGroupRemove
        };
        let event = self.log(at, kind, actor);
        event.group = Some(g as u32);
        event.application = Some(a as u32);
        let after = self.everyone_with(a);
        for (i, via) in &after {
            match before.get(i) {
                None => effects.note("okta_application_user", Effect::Added, || {
                    self.pair_key(application, *i)
                }),
                Some(old) if old != via => {
                    effects.note("okta_application_user", Effect::Modified, || {
                        self.pair_key(application, *i)
                    })
                }
                Some(_) => {}
            }
        }
        for i in before.keys().filter(|i| !after.contains_key(i)) {
            effects.note("okta_application_user", Effect::Removed, || {
                self.pair_key(application, *i)
            });
        }
    }

    /// Who has an application, and how.
    fn everyone_with(&self, a: usize) -> BTreeMap<u32, Via> {
        let mut all = BTreeMap::new();
        self.visit_assigned(a, 0, |_, i, via| {
            all.insert(i, via);
            ControlFlow::Continue(())
        });
        all
    }

    /// Switches an application on or off, or renames it.
    pub fn update_application(
        &mut self,
        a: usize,
        label: Option<String>,
        active: Option<bool>,
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) {
        let application = &mut self.applications[a];
        application.label = label.unwrap_or_else(|| application.label.clone());
        application.active = active.unwrap_or(application.active);
        application.last_updated = at;
        self.note_mapped(a, Effect::Modified, effects);
        effects.note("okta_application", Effect::Modified, || {
            self.company.ids.application(a).to_string()
        });
        self.log(at, EventKind::ApplicationUpdate, actor)
            .application = Some(a as u32);
    }

    /// An application stands whole under each policy it is mapped to.
    pub(super) fn note_mapped(&self, a: usize, effect: Effect, effects: &mut Effects) {
        let company = &self.company;
        for p in [company.access_policy(a), company.enrollment_policy(a)]
            .into_iter()
            .flatten()
        {
            effects.note("okta_policy_mapped_application", effect, || {
                format!("{}/{}", company.policy_id(p), company.ids.application(a))
            });
        }
    }

    /// How a person has each application.
    pub(super) fn assigned_to(&self, i: u32) -> Vec<Had> {
        (0..self.applications.len())
            .map(|a| (a, self.assignment(a, i)))
            .collect()
    }

    /// Notes how a person's applications differ from `had`.
    pub(super) fn note_assignments(
        &mut self,
        i: u32,
        had: &[Had],
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) {
        for (a, before) in had {
            let now = self.assignment(*a, i);
            let key = || self.pair_key(self.company.ids.application(*a), i);
            let kind = match (*before, now) {
                (None, Some(_)) => {
                    effects.note("okta_application_user", Effect::Added, key);
                    EventKind::AssignmentAdd
                }
                (Some(_), None) => {
                    effects.note("okta_application_user", Effect::Removed, key);
                    EventKind::AssignmentRemove
                }
                (Some(old), Some(new)) if old != new => {
                    effects.note("okta_application_user", Effect::Modified, key);
                    continue;
                }
                _ => continue,
            };
            let event = self.log(at, kind, actor);
            event.user = Some(i);
            event.application = Some(*a as u32);
        }
    }

    /// Deletes an application with everything that hangs on it.
    pub fn delete_application(
        &mut self,
        a: usize,
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) {
        if self.applications[a].gone {
            return;
        }
        let id = self.company.ids.application(a);
        for i in self.everyone_with(a).into_keys() {
            effects.note("okta_application_user", Effect::Removed, || {
                self.pair_key(id, i)
            });
        }
        for (g, _) in std::mem::take(&mut self.applications[a].groups) {
            self.groups[g].applications.retain(|other| *other != a);
            effects.note("okta_application_group", Effect::Removed, || {
                format!("{id}/{}", self.company.ids.group(g))
            });
        }
        self.note_mapped(a, Effect::Removed, effects);
        for mapping in self.company.mappings().filter(|m| m.application == a) {
            effects.note("okta_profile_mapping", Effect::Removed, || {
                self.company
                    .ids
                    .id(Kind::ProfileMapping, mapping.number())
                    .to_string()
            });
        }
        for key in self.company.application_keys(a) {
            effects.note("okta_application_key", Effect::Removed, || {
                format!("{id}/{}", key.kid)
            });
        }
        for n in 0..self.company.application_grants(a).len() {
            effects.note("okta_application_grant", Effect::Removed, || {
                format!("{id}/{}", self.company.grant_id(a, n))
            });
        }
        match self.company.applications[a].mode {
            Mode::Directory => effects.note("okta_agent_pool", Effect::Removed, || id.to_string()),
            Mode::Own if a == 0 => {
                effects.note(
                    "okta_first_party_application_setting",
                    Effect::Removed,
                    || id.to_string(),
                );
            }
            _ => {}
        }
        self.applications[a].gone = true;
        effects.note("okta_application", Effect::Removed, || id.to_string());
        self.log(at, EventKind::ApplicationDelete, actor)
            .application = Some(a as u32);
    }
}

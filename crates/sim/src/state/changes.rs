//! Everything that can happen to a person, and what follows from it: whoever moves to another department leaves and joins
//! groups by rule, and so loses and gains applications. Churn and the control interface both come through here.

use serde_json::{Map, Value};

use super::State;
use super::effects::{Effect, Effects};
use super::events::{Actor, EventKind};
use super::members::by_rule;
use super::people::Attributes;
use crate::clock::Seconds;
use crate::company::accounts::Status;
use crate::company::factors::Factors;
use crate::company::groups::EVERYONE;

/// An edit of one person's profile.
#[derive(Debug, Clone)]
pub enum Edit {
    Promotion,
    Phone,
    Department(u16),
    City(u16),
    Fields(Map<String, Value>),
}

impl State {
    pub(super) fn user_key(&self, i: u32) -> String {
        self.company.ids.user(i).to_string()
    }

    pub(super) fn pair_key(&self, parent: impl std::fmt::Display, i: u32) -> String {
        format!("{parent}/{}", self.company.ids.user(i))
    }

    fn note_factors(&self, i: u32, factors: Factors, effect: Effect, effects: &mut Effects) {
        for factor in factors.iter() {
            let id = self.company.ids.id(
                factor.factor_type.kind(),
                u64::from(i) * 8 + u64::from(factor.slot),
            );
            effects.note("okta_factor", effect, || {
                format!("{}/{id}", self.user_key(i))
            });
        }
    }

    /// Edits a profile.
    pub fn edit(&mut self, i: u32, edit: Edit, actor: Actor, at: Seconds, effects: &mut Effects) {
        let before = self.attributes(i);
        let change = self.change(i);
        match edit {
            Edit::Promotion => change.promotions = change.promotions.saturating_add(1),
            Edit::Phone => change.phones = change.phones.wrapping_add(1),
            Edit::Department(d) => change.department = Some(d),
            Edit::City(c) => change.city = Some(c),
            Edit::Fields(fields) => change.profile.get_or_insert_default().extend(fields),
        }
        change.last_updated = Some(at);
        effects.note("okta_user", Effect::Modified, || self.user_key(i));
        self.log(at, EventKind::UserUpdateProfile, actor).user = Some(i);
        let after = self.attributes(i);
        self.refill(i, Some(before), after, at, effects);
    }

    /// Lets the group rules look at a person again.
    fn refill(
        &mut self,
        i: u32,
        before: Option<Attributes>,
        after: Attributes,
        at: Seconds,
        effects: &mut Effects,
    ) {
        if before == Some(after) {
            return;
        }
        for g in 0..self.groups.len() {
            let members = self.groups[g].group.members;
            let wanted = by_rule(&members, after);
            if let Some(wanted) = wanted
                && before.and_then(|b| by_rule(&members, b)) != Some(wanted)
                && wanted != self.is_member(g, i)
            {
                self.set_member(g, i, wanted, Actor::System, at, effects);
            }
        }
    }

    /// A person signs in. Only `lastLogin` moves.
    pub fn sign_in(&mut self, i: u32, at: Seconds, effects: &mut Effects) {
        self.change(i).last_login = Some(at);
        effects.note("okta_user", Effect::Modified, || self.user_key(i));
        self.log(at, EventKind::SessionStart, Actor::Person(i)).user = Some(i);
    }

    /// Changes an account's status; whoever is deprovisioned loses every application.
    pub fn set_status(
        &mut self,
        i: u32,
        status: Status,
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) {
        let old = self.status(i);
        if old == status {
            return;
        }
        let (had, enrolled) = (self.assigned_to(i), self.factors(i));
        let belonged = self.belongings(i, effects);
        let change = self.change(i);
        change.status = Some(status);
        change.status_changed = Some(at);
        change.last_updated = Some(at);
        if matches!(status, Status::Active | Status::PasswordExpired)
            && matches!(old, Status::Staged | Status::Provisioned | Status::Recovery)
        {
            change.password_changed = Some(at);
        }
        effects.note("okta_user", Effect::Modified, || self.user_key(i));
        // people who are not in have no factors, and get them back with their account
        let enrols = self.factors(i);
        if enrolled.len() > enrols.len() {
            self.note_factors(i, enrolled, Effect::Removed, effects);
        } else if enrols.len() > enrolled.len() {
            self.note_factors(i, enrols, Effect::Added, effects);
        }
        let kind = match (old, status) {
            (_, Status::Deprovisioned) => EventKind::UserDeactivate,
            (_, Status::Suspended) => EventKind::UserSuspend,
            (_, Status::LockedOut) => EventKind::UserLock,
            (_, Status::PasswordExpired) => EventKind::UserExpirePassword,
            (_, Status::Recovery) => EventKind::UserResetPassword,
            (Status::Suspended, _) => EventKind::UserUnsuspend,
            (Status::LockedOut, _) => EventKind::UserUnlock,
            (Status::Deprovisioned, _) => EventKind::UserReactivate,
            _ => EventKind::UserActivate,
        };
        self.log(at, kind, actor).user = Some(i);
        self.note_belongings(i, &belonged, effects);
        self.note_assignments(i, &had, Actor::System, at, effects);
    }

    /// Somebody joins. Returns their index.
    pub fn join(
        &mut self,
        status: Status,
        at: Seconds,
        actor: Actor,
        effects: &mut Effects,
    ) -> u32 {
        let i = self.population();
        self.joined.push(at);
        if status != Status::Active {
            self.change(i).status = Some(status);
        }
        effects.note("okta_user", Effect::Added, || self.user_key(i));
        self.note_belongings(i, &Default::default(), effects);
        effects.note("okta_group_member", Effect::Added, || {
            self.pair_key(self.company.ids.group(EVERYONE), i)
        });
        self.log(at, EventKind::UserCreate, actor).user = Some(i);
        if status == Status::Active {
            self.log(at, EventKind::UserActivate, actor).user = Some(i);
        }
        self.groups[EVERYONE].group.membership_updated = at;
        effects.note("okta_group", Effect::Modified, || {
            self.company.ids.group(EVERYONE).to_string()
        });
        let nothing: Vec<_> = (0..self.applications.len()).map(|a| (a, None)).collect();
        self.note_assignments(i, &nothing, Actor::System, at, effects);
        let after = self.attributes(i);
        self.refill(i, None, after, at, effects);
        i
    }

    /// Deletes an account for good: it is in no listing any more.
    pub fn delete_person(&mut self, i: u32, actor: Actor, at: Seconds, effects: &mut Effects) {
        if !self.exists(i) {
            return;
        }
        self.note_factors(i, self.factors(i), Effect::Removed, effects);
        let had = self.assigned_to(i);
        let belonged = self.belongings(i, effects);
        let groups: Vec<usize> = self.groups_of(i).collect();
        self.gone.insert(i);
        effects.note("okta_user", Effect::Removed, || self.user_key(i));
        self.note_belongings(i, &belonged, effects);
        self.log(at, EventKind::UserDelete, actor).user = Some(i);
        for g in groups {
            self.groups[g].added.remove(&i);
            self.groups[g].group.membership_updated = at;
            effects.note("okta_group", Effect::Modified, || {
                self.company.ids.group(g).to_string()
            });
            effects.note("okta_group_member", Effect::Removed, || {
                self.pair_key(self.company.ids.group(g), i)
            });
        }
        self.note_assignments(i, &had, Actor::System, at, effects);
    }

    /// Forgets every factor a person enrolled.
    pub fn reset_factors(&mut self, i: u32, actor: Actor, at: Seconds, effects: &mut Effects) {
        self.note_factors(i, self.factors(i), Effect::Removed, effects);
        self.change(i).factors_reset = true;
        self.log(at, EventKind::FactorReset, actor).user = Some(i);
    }

    /// Merges fields into any document that is not a person, a membership or an assignment.
    pub fn patch(
        &mut self,
        resource_type: &'static str,
        key: &str,
        fields: Value,
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) {
        let patch = self
            .patches
            .entry((resource_type.to_owned(), key.to_owned()))
            .or_insert(Value::Null);
        super::overlay(patch, fields);
        self.version += 1;
        effects.note(resource_type, Effect::Modified, || key.to_owned());
        if resource_type == "okta_application"
            && let Some(a) = self.find_application(key)
        {
            self.note_mapped(a, Effect::Modified, effects);
        }
        let kind = match resource_type {
            "okta_policy" => EventKind::PolicyUpdate,
            "okta_policy_rule" => EventKind::PolicyRuleUpdate,
            _ => return,
        };
        let policy = key.split('/').next().unwrap_or_default();
        let policy = (0..self.company.policies.len())
            .find(|p| self.company.policy_id(*p).as_str() == policy);
        self.log(at, kind, actor).policy = policy.map(|p| p as u16);
    }
}

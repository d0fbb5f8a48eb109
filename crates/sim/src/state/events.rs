//! The System Log: one small record per event, turned into the vendor's shape when it is asked for.

use super::State;
use crate::clock::DAY;
use crate::hash::{Purpose, draw, mix};

/// What happened, in the vendor's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    SessionStart,
    UserCreate,
    UserActivate,
    UserDeactivate,
    UserSuspend,
    UserUnsuspend,
    UserReactivate,
    UserLock,
    UserUnlock,
    UserExpirePassword,
    UserDelete,
    UserUpdateProfile,
    UserResetPassword,
    FactorReset,
    MembershipAdd,
    MembershipRemove,
    GroupCreate,
    GroupUpdate,
    GroupDelete,
    AssignmentAdd,
    AssignmentRemove,
    ApplicationUpdate,
    ApplicationDelete,
    ApplicationGroupAdd,
    ApplicationGroupRemove,
    PolicyUpdate,
    PolicyRuleUpdate,
}

impl EventKind {
    /// `eventType`, `legacyEventType`, `displayMessage`.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::SessionStart => (
                "user.session.start",
                "core.user_auth.login_success",
                "User login to Okta",
            ),
            Self::UserCreate => (
                "user.lifecycle.create",
                "core.user.config.user_creation.success",
                "Create okta user",
            ),
            Self::UserActivate => (
                "user.lifecycle.activate",
                "core.user.config.user_activated",
                "Activate Okta user",
            ),
            Self::UserDeactivate => (
                "user.lifecycle.deactivate",
                "core.user.config.user_deactivated",
                "Deactivate Okta user",
            ),
            Self::UserSuspend => (
                "user.lifecycle.suspend",
                "core.user.config.user_suspended",
                "Suspend Okta user",
            ),
            Self::UserUnsuspend => (
                "user.lifecycle.unsuspend",
                "core.user.config.user_unsuspended",
                "Unsuspend Okta user",
            ),
            Self::UserReactivate => (
                "user.lifecycle.reactivate",
                "core.user.config.user_reactivated",
                "Reactivate Okta user",
            ),
            Self::UserLock => (
                "user.account.lock",
                "core.user_auth.account_locked",
                "Max sign in attempts exceeded",
            ),
            Self::UserUnlock => (
                "user.account.unlock",
                "core.user.config.account_unlocked",
                "Unlock user account",
            ),
            Self::UserExpirePassword => (
                "user.account.expire_password",
                "core.user.config.password_expired",
                "Expire user password",
            ),
            Self::UserDelete => (
                "user.lifecycle.delete.initiated",
                "core.user.config.user_deleted",
                "Delete Okta user",
            ),
            Self::UserUpdateProfile => (
                "user.account.update_profile",
                "core.user.config.profile_update.success",
                "Update user profile for Okta",
            ),
            Self::UserResetPassword => (
                "user.account.reset_password",
                "core.user.config.password_reset",
                "User reset password for Okta",
            ),
            Self::FactorReset => (
                "user.mfa.factor.reset_all",
                "core.user.factor.reset_all",
                "Reset all factors for user",
            ),
            Self::MembershipAdd => (
                "group.user_membership.add",
                "core.user_group_member.user_add",
                "Add user to group membership",
            ),
            Self::MembershipRemove => (
                "group.user_membership.remove",
                "core.user_group_member.user_remove",
                "Remove user from group membership",
            ),
            Self::GroupCreate => (
                "group.lifecycle.create",
                "core.group.create",
                "Create Okta group",
            ),
            Self::GroupUpdate => (
                "group.profile.update",
                "core.group.update",
                "Okta group profile update",
            ),
            Self::GroupDelete => (
                "group.lifecycle.delete",
                "core.group.delete",
                "Delete Okta group",
            ),
            Self::AssignmentAdd => (
                "application.user_membership.add",
                "app.generic.provision.assign_user_to_app",
                "Add user to application membership",
            ),
            Self::AssignmentRemove => (
                "application.user_membership.remove",
                "app.generic.provision.deactivate_user_from_app",
                "Remove user's application membership",
            ),
            Self::ApplicationUpdate => (
                "application.lifecycle.update",
                "app.generic.config.app_updated",
                "Update application",
            ),
            Self::ApplicationDelete => (
                "application.lifecycle.delete",
                "app.generic.config.app_deleted",
                "Delete application",
            ),
            Self::ApplicationGroupAdd => (
                "group.application_assignment.add",
                "core.group.app_assignment.add",
                "Add assigned application to group",
            ),
            Self::ApplicationGroupRemove => (
                "group.application_assignment.remove",
                "core.group.app_assignment.remove",
                "Remove assigned application from group",
            ),
            Self::PolicyUpdate => (
                "policy.lifecycle.update",
                "core.policy.update",
                "Update policy",
            ),
            Self::PolicyRuleUpdate => (
                "policy.rule.update",
                "core.policy.rule.update",
                "Update policy rule",
            ),
        }
    }
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Person(u32),
    /// Group rules and provisioning act as the system itself.
    System,
}

/// One event.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// When it was kept, in milliseconds; never goes backwards.
    pub kept: i64,
    /// When it happened: a little before, so the order by this is not the order of the log.
    pub published: i64,
    pub kind: EventKind,
    pub actor: Actor,
    pub user: Option<u32>,
    pub group: Option<u32>,
    pub application: Option<u32>,
    pub policy: Option<u16>,
}

impl State {
    /// Appends to the System Log.
    pub(super) fn log(&mut self, at: i64, kind: EventKind, actor: Actor) -> &mut Event {
        let kept = self
            .events
            .back()
            .map_or(at * 1000, |last| last.kept.max(at * 1000));
        let chance = draw(
            self.company.seed,
            Purpose::Event,
            self.forgotten + self.events.len() as u64,
        );
        let published =
            kept - if chance.is_multiple_of(5) {
                (chance >> 8) as i64 % 4_000
            } else {
                (chance >> 8) as i64 % 200
            } - self.lateness(chance);
        self.events.push_back(Event {
            kept,
            published,
            kind,
            actor,
            user: None,
            group: None,
            application: None,
            policy: None,
        });
        self.version += 1;
        let last = self.events.len() - 1;
        &mut self.events[last]
    }

    /// By how many milliseconds an event comes late: nothing, unless that was asked for.
    pub(crate) fn lateness(&self, chance: u64) -> i64 {
        if share(chance) < self.event_faults.late {
            5_000 + (chance >> 12) as i64 % 595_000
        } else {
            0
        }
    }

    /// Whether an event lacks whatever the vendor may leave out: never, unless that was asked for.
    pub(crate) fn is_sparse(&self, chance: u64) -> bool {
        share(mix(chance)) < self.event_faults.sparse
    }

    /// The sequence number of the next event.
    #[must_use]
    pub fn events_end(&self) -> u64 {
        self.forgotten + self.events.len() as u64
    }

    /// The events with their sequence numbers, from sequence number `from` on.
    pub fn events(&self, from: u64) -> impl Iterator<Item = (u64, &Event)> {
        let skip = from.saturating_sub(self.forgotten) as usize;
        (self.forgotten + skip as u64..).zip(self.events.range(skip.min(self.events.len())..))
    }

    /// The sequence number of the first event kept at or after `at` (milliseconds).
    #[must_use]
    pub fn events_since(&self, at: i64) -> u64 {
        self.forgotten + self.events.partition_point(|e| e.kept < at) as u64
    }

    /// Drops what is older than the vendor keeps: ninety days.
    pub fn forget_events(&mut self, now: i64) {
        let kept = (now - 90 * DAY) * 1000;
        while self.events.front().is_some_and(|e| e.kept < kept) {
            self.events.pop_front();
            self.forgotten += 1;
        }
    }
}

/// A chance as a number from 0 to 1.
fn share(chance: u64) -> f64 {
    (chance >> 40) as f64 / (1u64 << 24) as f64
}

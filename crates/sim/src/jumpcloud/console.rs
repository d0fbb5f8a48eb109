//! What JumpCloud's directory remembers: whose account is in which state, which devices are there and whose they are, and
//! what happened. It follows Okta with a delay, and does not always follow: that is its drift.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use super::event::{Event, EventKind};
use super::ids::{HexIds, Kind};
use super::lists::Lists;
use crate::clock::{DAY, Seconds};
use crate::hash::{IndexMap, IndexSet, Purpose, draw};
use crate::state::effects::{Effect, Effects};
use crate::state::{Actor, EventKind as OktaKind, State};

/// An account as JumpCloud has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// There is none.
    Absent,
    Staged,
    Active,
    Suspended,
}

/// Who may use a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    pub person: u32,
    pub sudo: bool,
    pub without_password: bool,
}

/// What is still to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Create,
    Suspend,
    Activate,
    Delete,
}

/// Deviations from what the company's founding says, and the events.
#[derive(Debug, Default)]
pub struct Console {
    pub(super) accounts: IndexMap<(Account, Seconds)>,
    pub(super) retired: IndexSet,
    pub(super) bindings: HashMap<u32, Vec<Binding>>,
    /// When something is still to happen to a person, in seconds and order of arrival.
    steps: BTreeMap<(Seconds, u64), (u32, Step)>,
    scheduled: u64,
    /// How many of Okta's events were followed.
    followed: u64,
    pub(super) events: VecDeque<Event>,
    /// How many events were dropped because the vendor keeps ninety days.
    pub(super) forgotten: u64,
    /// Moves when an account or a device comes or goes.
    version: u64,
    lists: Mutex<Option<(u64, Arc<Lists>)>>,
}

impl State {
    /// Its identifiers.
    #[must_use]
    pub fn hex(&self) -> HexIds {
        HexIds(self.company.seed)
    }

    /// What JumpCloud knows of person `i`.
    #[must_use]
    pub fn account(&self, i: u32) -> Account {
        match self.console.accounts.get(&i) {
            Some((account, _)) => *account,
            None => self.company.founded_account(i),
        }
    }

    /// Whether there is an account for person `i`.
    #[must_use]
    pub fn has_account(&self, i: u32) -> bool {
        self.account(i) != Account::Absent
    }

    /// The accounts and devices there are, in the order of their identifiers.
    #[must_use]
    pub fn lists(&self) -> Arc<Lists> {
        let mut kept = self
            .console
            .lists
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((version, lists)) if *version == self.console.version => Arc::clone(lists),
            _ => {
                let lists = Arc::new(Lists::of(self));
                *kept = Some((self.console.version, Arc::clone(&lists)));
                lists
            }
        }
    }

    /// Looks at what happened in Okta since the last time, and does or plans what follows from it.
    pub fn follow(&mut self, effects: &mut Effects) {
        let news: Vec<crate::state::Event> = self
            .events(self.console.followed)
            .map(|(_, event)| *event)
            .collect();
        if news.is_empty() {
            return;
        }
        self.console.followed = self.events_end();
        for event in news {
            self.follow_one(&event, effects);
        }
    }

    fn follow_one(&mut self, event: &crate::state::Event, effects: &mut Effects) {
        let at = event.kept / 1000;
        if let (Some(i), OktaKind::SessionStart) = (event.user, event.kind) {
            if self.account(i) == Account::Active {
                let kind = EventKind::sign_in(draw(
                    self.company.seed,
                    Purpose::Lag,
                    at as u64 ^ u64::from(i),
                ));
                self.happened(at, kind, event.actor).person = Some(i);
            }
            return;
        }
        if let (Some(i), Some(step)) = (event.user, step_after(event.kind)) {
            self.plan_step(i, step, at);
            return;
        }
        let kind = match event.kind {
            OktaKind::UserUpdateProfile => EventKind::UserUpdate,
            OktaKind::MembershipAdd => EventKind::MembershipAdd,
            OktaKind::MembershipRemove => EventKind::MembershipRemove,
            OktaKind::GroupCreate => EventKind::GroupCreate,
            OktaKind::GroupUpdate => EventKind::GroupUpdate,
            OktaKind::GroupDelete => EventKind::GroupDelete,
            OktaKind::ApplicationUpdate => EventKind::ApplicationUpdate,
            OktaKind::ApplicationDelete => EventKind::ApplicationDelete,
            OktaKind::ApplicationGroupAdd => EventKind::ApplicationGroupAdd,
            OktaKind::ApplicationGroupRemove => EventKind::ApplicationGroupRemove,
            _ => return,
        };
        if event.user.is_some_and(|i| !self.has_account(i))
            || event.group.is_some_and(|g| !self.mirrors_group(g as usize))
            || event
                .application
                .is_some_and(|a| !self.mirrors_application(a as usize))
        {
            return;
        }
        let noted = self.happened(at, kind, event.actor);
        noted.person = event.user;
        noted.group = event.group;
        noted.application = event.application;
        self.note_followed(kind, event, effects);
    }

    fn note_followed(&self, kind: EventKind, event: &crate::state::Event, effects: &mut Effects) {
        let hex = self.hex();
        let user = || hex.id(Kind::User, u64::from(event.user.unwrap_or_default()));
        let group = || hex.id(Kind::UserGroup, u64::from(event.group.unwrap_or_default()));
        let application = || {
            hex.id(
                Kind::Application,
                u64::from(event.application.unwrap_or_default()),
            )
        };
        let pair = || format!("{}/{}", group(), user());
        match kind {
            EventKind::UserUpdate => effects.note("jumpcloud_user", Effect::Modified, user),
            EventKind::MembershipAdd => {
                effects.note("jumpcloud_user_group_member", Effect::Added, pair)
            }
            EventKind::MembershipRemove => {
                effects.note("jumpcloud_user_group_member", Effect::Removed, pair)
            }
            EventKind::GroupCreate => effects.note("jumpcloud_user_group", Effect::Added, group),
            EventKind::GroupUpdate => effects.note("jumpcloud_user_group", Effect::Modified, group),
            EventKind::GroupDelete => effects.note("jumpcloud_user_group", Effect::Removed, group),
            EventKind::ApplicationUpdate => {
                effects.note("jumpcloud_application", Effect::Modified, application)
            }
            EventKind::ApplicationDelete => {
                effects.note("jumpcloud_application", Effect::Removed, application)
            }
            _ => {}
        }
    }

    /// A while after Okta, unless it is forgotten.
    fn plan_step(&mut self, i: u32, step: Step, at: Seconds) {
        let chance = draw(
            self.company.seed,
            Purpose::Lag,
            u64::from(i) << 20 ^ at as u64,
        );
        let step = match step {
            // a partner never had an account there
            Step::Create | Step::Activate if self.company.unmanaged(i) => return,
            Step::Suspend if chance.is_multiple_of(12) && !self.company.clean => return,
            // a third of those who leave is deleted at once
            Step::Suspend
                if chance >> 8 & 3 == 0
                    && self.status(i) == crate::company::accounts::Status::Deprovisioned =>
            {
                Step::Delete
            }
            step => step,
        };
        let delay = match step {
            Step::Create | Step::Activate => 60 + chance as i64 % 1200,
            Step::Suspend | Step::Delete => 300 + (chance >> 16) as i64 % 5100,
        };
        let delay = delay.abs();
        self.console.scheduled += 1;
        self.console
            .steps
            .insert((at + delay, self.console.scheduled), (i, step));
    }

    /// When the next planned thing happens, in milliseconds.
    #[must_use]
    pub fn next_step(&self) -> i64 {
        self.console
            .steps
            .first_key_value()
            .map_or(i64::MAX, |((at, _), _)| at * 1000)
    }

    /// Does the next planned thing.
    pub fn take_step(&mut self, effects: &mut Effects) {
        let Some(((at, _), (i, step))) = self.console.steps.pop_first() else {
            return;
        };
        let administrator = Actor::Person(self.company.administrator(u64::from(i)));
        let (account, kind) = match (step, self.account(i)) {
            (Step::Create, Account::Absent) => (Account::Active, EventKind::UserCreate),
            (Step::Activate, Account::Absent) if self.exists(i) => {
                (Account::Active, EventKind::UserCreate)
            }
            (Step::Activate, Account::Staged | Account::Suspended) => {
                (Account::Active, EventKind::UserActivate)
            }
            (Step::Suspend, Account::Active | Account::Staged) => {
                (Account::Suspended, EventKind::UserSuspend)
            }
            (Step::Delete, account) if account != Account::Absent => {
                (Account::Absent, EventKind::UserDelete)
            }
            _ => return,
        };
        self.set_account(i, account, at, effects);
        self.happened(at, kind, administrator).person = Some(i);
        match kind {
            EventKind::UserCreate => self.note_devices(i, at, Effect::Added, effects),
            EventKind::UserDelete => self.retire_devices(i, at, effects),
            _ => {}
        }
    }

    fn note_devices(&mut self, i: u32, at: Seconds, effect: Effect, effects: &mut Effects) {
        for device in [i * 2, i * 2 + 1] {
            if self.device_exists(device) {
                effects.note("jumpcloud_device", effect, || {
                    self.hex().id(Kind::System, u64::from(device))
                });
                self.happened(at, EventKind::SystemCreate, Actor::System)
                    .device = Some(device);
            }
        }
    }

    /// The devices of somebody who was deleted go too, or stay behind without an owner.
    fn retire_devices(&mut self, i: u32, at: Seconds, effects: &mut Effects) {
        for device in [i * 2, i * 2 + 1] {
            let stays = !self.company.clean
                && draw(
                    self.company.seed,
                    Purpose::System,
                    u64::from(device) | 1 << 40,
                )
                .is_multiple_of(3);
            if self.device_exists(device) && !stays {
                self.remove_device(device, Actor::System, at, effects);
            }
        }
    }

    /// Removes a device.
    pub fn remove_device(&mut self, device: u32, actor: Actor, at: Seconds, effects: &mut Effects) {
        self.console.retired.insert(device);
        self.console.version += 1;
        effects.note("jumpcloud_device", Effect::Removed, || {
            self.hex().id(Kind::System, u64::from(device))
        });
        self.happened(at, EventKind::SystemDelete, actor).device = Some(device);
    }

    /// Lets a person use a device, or no longer.
    pub fn bind(
        &mut self,
        device: u32,
        person: u32,
        bound: Option<bool>,
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) {
        let mut bindings = self.bindings(device);
        let had = bindings.iter().position(|b| b.person == person);
        if let Some(place) = had {
            bindings.remove(place);
        }
        let (effect, kind) = match (bound, had) {
            (Some(sudo), had) => {
                bindings.push(Binding {
                    person,
                    sudo,
                    without_password: false,
                });
                let effect = had.map_or(Effect::Added, |_| Effect::Modified);
                (effect, EventKind::BindingAdd)
            }
            (None, Some(_)) => (Effect::Removed, EventKind::BindingRemove),
            (None, None) => return,
        };
        self.console.bindings.insert(device, bindings);
        self.console.version += 1;
        effects.note("jumpcloud_device_user", effect, || {
            let hex = self.hex();
            format!(
                "{}/{}",
                hex.id(Kind::System, u64::from(device)),
                hex.id(Kind::User, u64::from(person))
            )
        });
        let event = self.happened(at, kind, actor);
        event.device = Some(device);
        event.person = Some(person);
    }

    /// Sets an account as if somebody had done it in the console.
    pub fn set_account(&mut self, i: u32, account: Account, at: Seconds, effects: &mut Effects) {
        let effect = match (self.account(i), account) {
            (Account::Absent, _) => Effect::Added,
            (_, Account::Absent) => Effect::Removed,
            _ => Effect::Modified,
        };
        let since = match (effect, self.console.accounts.get(&i)) {
            (Effect::Modified, Some((_, since))) => *since,
            (Effect::Modified, None) => 0,
            _ => at,
        };
        self.console.accounts.insert(i, (account, since));
        self.console.version += 1;
        effects.note("jumpcloud_user", effect, || {
            self.hex().id(Kind::User, u64::from(i))
        });
    }

    /// The same, told in the log.
    pub fn order_account(
        &mut self,
        i: u32,
        account: Account,
        actor: Actor,
        at: Seconds,
        effects: &mut Effects,
    ) {
        let kind = match (self.account(i), account) {
            (before, after) if before == after => return,
            (Account::Absent, _) => EventKind::UserCreate,
            (_, Account::Absent) => EventKind::UserDelete,
            (_, Account::Suspended) => EventKind::UserSuspend,
            _ => EventKind::UserActivate,
        };
        self.set_account(i, account, at, effects);
        self.happened(at, kind, actor).person = Some(i);
    }

    /// Drops what is older than the vendor keeps: ninety days.
    pub fn forget_insights(&mut self, now: Seconds) {
        let kept = (now - 90 * DAY) * 1000;
        while self.console.events.front().is_some_and(|e| e.kept < kept) {
            self.console.events.pop_front();
            self.console.forgotten += 1;
        }
    }
}

fn step_after(kind: OktaKind) -> Option<Step> {
    Some(match kind {
        OktaKind::UserCreate => Step::Create,
        OktaKind::UserActivate | OktaKind::UserReactivate | OktaKind::UserUnsuspend => {
            Step::Activate
        }
        OktaKind::UserDeactivate | OktaKind::UserSuspend => Step::Suspend,
        OktaKind::UserDelete => Step::Delete,
        _ => return None,
    })
}

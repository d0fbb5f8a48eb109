//! Reading single resources while listings are under way, without one undoing what the other knows better.
//!
//! A listing is long: what stands on one of its pages may have been read again, singly, before that page is committed. So
//! everything that is about to be committed passes here, one after the other, in the order in which the ledger takes it:
//!
//! - What a page says of a resource that was read after the page was asked for is left out: the read is at least as new.
//! - A read that a page overtook, while it was under way, is done again: nobody knows which of the two is newer.
//! - What hangs below a resource that a read found gone is left out.
//!
//! What a read added and a listing that began before could not see is on disk (`read_addition`), because a listing may be
//! gone on with after a kill. Two listings of the same scope never run at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use muster_ledger::{KeyHash, Observations};
use tokio::sync::{Mutex as AsyncMutex, MutexGuard as AsyncGuard, OwnedMutexGuard, watch};

/// What reads and listings of one integration know of each other.
#[derive(Debug)]
pub(crate) struct Beside {
    order: AsyncMutex<()>,
    noted: Mutex<Noted>,
    scopes: Mutex<HashMap<Scope, Arc<AsyncMutex<()>>>>,
    /// When the listing of a scope may be asked for again because of an event.
    rests: Mutex<HashMap<Scope, i64>>,
    /// Moves when something more is to be read.
    woken: watch::Sender<u64>,
}

/// A type, and the part of it that a listing covers.
type Scope = (String, String);

/// Kept while a listing or a read is under way; with the last of them it is over.
#[derive(Debug, Default)]
struct Noted {
    under_way: usize,
    /// By type and key, what was read.
    answered: HashMap<String, HashMap<KeyHash, Answered>>,
    /// By type and key, what is being read, and whether a page told of it meanwhile.
    asked: HashMap<String, HashMap<KeyHash, bool>>,
}

#[derive(Debug, Clone, Copy)]
struct Answered {
    /// Milliseconds since 1970.
    at: i64,
    gone: bool,
}

impl Default for Beside {
    fn default() -> Self {
        Self {
            order: AsyncMutex::default(),
            noted: Mutex::default(),
            scopes: Mutex::default(),
            rests: Mutex::default(),
            woken: watch::Sender::new(0),
        }
    }
}

impl Beside {
    /// Held from the look at what is known until the ledger has what follows from it, so that both are in one order.
    pub async fn in_order(&self) -> AsyncGuard<'_, ()> {
        self.order.lock().await
    }

    /// A listing is under way until what this gives is dropped.
    pub fn begin(self: &Arc<Self>) -> UnderWay {
        self.noted().under_way += 1;
        UnderWay(Arc::clone(self))
    }

    /// Alone with the listing of a scope until what this gives is dropped.
    pub async fn alone(self: &Arc<Self>, resource_type: &str, scope: &str) -> Alone {
        let scope = (resource_type.to_owned(), scope.to_owned());
        let lock = Arc::clone(self.scopes().entry(scope.clone()).or_default());
        let guard = lock.lock_owned().await;
        Alone {
            beside: Arc::clone(self),
            scope,
            guard: Some(guard),
        }
    }

    /// Takes out of a page, asked for at `asked`, what reads know better; reads that know less will be done again.
    pub fn pass(&self, resource_type: &str, observations: &mut Observations, asked: i64) {
        let mut noted = self.noted();
        let noted = &mut *noted;
        if let Some(answered) = noted.answered.get(resource_type) {
            observations.retain(|observation| {
                let read = answered.get(&observation.key_hash);
                read.is_none_or(|read| read.at < asked)
            });
        }
        if let Some(reading) = noted.asked.get_mut(resource_type) {
            for observation in observations.iter() {
                if let Some(overtaken) = reading.get_mut(&observation.key_hash) {
                    *overtaken = true;
                }
            }
        }
    }

    /// Whether one of these resources, as (type, key), was found gone.
    pub fn is_gone(&self, resources: &[(String, KeyHash)]) -> bool {
        let noted = self.noted();
        resources.iter().any(|(resource_type, key)| {
            let read = noted
                .answered
                .get(resource_type)
                .and_then(|keys| keys.get(key));
            read.is_some_and(|read| read.gone)
        })
    }

    /// A resource is being read until what this gives is dropped.
    pub fn reading(self: &Arc<Self>, resource_type: &str, key: KeyHash) -> Reading {
        let under_way = self.begin();
        let mut noted = self.noted();
        let reading = noted.asked.entry(resource_type.to_owned()).or_default();
        reading.insert(key, false);
        Reading {
            under_way,
            resource_type: resource_type.to_owned(),
            key,
        }
    }

    /// Until when the listing of a scope rests.
    pub fn rests_until(&self, resource_type: &str, scope: &str) -> i64 {
        let rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        let scope = (resource_type.to_owned(), scope.to_owned());
        rests.get(&scope).copied().unwrap_or(i64::MIN)
    }

    /// Lets the listing of a scope rest.
    pub fn rest(&self, resource_type: &str, scope: &str, until: i64, now: i64) {
        let mut rests = self.rests.lock().unwrap_or_else(PoisonError::into_inner);
        rests.retain(|_, until| *until > now);
        rests.insert((resource_type.to_owned(), scope.to_owned()), until);
    }

    /// Tells who is reading that there is more to read.
    pub fn wake(&self) {
        self.woken.send_modify(|count| *count += 1);
    }

    /// Moves when there is more to read.
    pub fn woken(&self) -> watch::Receiver<u64> {
        self.woken.subscribe()
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn scopes(&self) -> MutexGuard<'_, HashMap<Scope, Arc<AsyncMutex<()>>>> {
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something is under way that makes it worth remembering what was read.
#[derive(Debug)]
pub(crate) struct UnderWay(Arc<Beside>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut noted = self.0.noted();
        noted.under_way -= 1;
        if noted.under_way == 0 {
            *noted = Noted::default();
        }
    }
}

/// One resource being read.
#[derive(Debug)]
pub(crate) struct Reading {
    under_way: UnderWay,
    resource_type: String,
    key: KeyHash,
}

impl Reading {
    /// Whether a page told of it since it was asked for.
    pub fn is_overtaken(&self) -> bool {
        let noted = self.under_way.0.noted();
        let reading = noted.asked.get(&self.resource_type);
        reading.and_then(|keys| keys.get(&self.key)) == Some(&true)
    }

    /// Notes what was read at `at`, before the ledger is told.
    pub fn answered(&self, at: i64, gone: bool) {
        let mut noted = self.under_way.0.noted();
        let read = noted
            .answered
            .entry(self.resource_type.clone())
            .or_default();
        read.insert(self.key, Answered { at, gone });
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut noted = self.under_way.0.noted();
        if let Some(reading) = noted.asked.get_mut(&self.resource_type) {
            reading.remove(&self.key);
        }
    }
}

/// The listing of a scope is nobody else's.
#[derive(Debug)]
pub(crate) struct Alone {
    beside: Arc<Beside>,
    scope: Scope,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Drop for Alone {
    fn drop(&mut self) {
        drop(self.guard.take());
        let mut scopes = self.beside.scopes();
        if scopes
            .get(&self.scope)
            .is_some_and(|lock| Arc::strong_count(lock) == 1)
        {
            scopes.remove(&self.scope);
        }
    }
}

#[cfg(test)]
mod tests {
    use muster_ledger::key_hash;
    use muster_model::{Path, ResourceType};

    use super::*;

    fn page(keys: &[&str]) -> Observations {
        let thing = ResourceType {
            name: "x_thing".into(),
            provider: "x".into(),
            title: String::new(),
            description: String::new(),
            key: vec![Path::fields(["id"])],
            label: None,
            parent: None,
            columns: Vec::new(),
            computed: Vec::new(),
            same_as: None,
            volatile: Vec::new(),
            redact: Vec::new(),
            references: Vec::new(),
            hot: Vec::new(),
        };
        let mut observations = Observations::default();
        for key in keys {
            let document = format!(r#"{{"id": "{key}"}}"#);
            observations.push(&thing, None, &document).unwrap();
        }
        observations
    }

    fn keys(observations: &Observations) -> Vec<&str> {
        observations
            .iter()
            .map(|observation| observation.key)
            .collect()
    }

    #[test]
    fn a_page_asked_for_before_a_read_was_answered_does_not_undo_it() {
        let beside = Arc::new(Beside::default());
        let _listing = beside.begin();
        let reading = beside.reading("x_thing", key_hash("b"));
        reading.answered(1_000, false);
        drop(reading);
        let mut older = page(&["a", "b", "c"]);
        beside.pass("x_thing", &mut older, 1_000);
        assert_eq!(keys(&older), ["a", "c"]);
        let mut newer = page(&["a", "b", "c"]);
        beside.pass("x_thing", &mut newer, 1_001);
        assert_eq!(keys(&newer), ["a", "b", "c"]);
        let mut other = page(&["b"]);
        beside.pass("x_other", &mut other, 0);
        assert_eq!(keys(&other), ["b"]);
    }

    #[test]
    fn a_read_that_a_page_overtook_knows_it() {
        let beside = Arc::new(Beside::default());
        let reading = beside.reading("x_thing", key_hash("b"));
        assert!(!reading.is_overtaken());
        beside.pass("x_thing", &mut page(&["a"]), 5);
        assert!(!reading.is_overtaken());
        beside.pass("x_thing", &mut page(&["b"]), 5);
        assert!(reading.is_overtaken());
        drop(reading);
        assert!(!beside.reading("x_thing", key_hash("b")).is_overtaken());
    }

    #[test]
    fn nothing_is_remembered_when_nothing_is_under_way() {
        let beside = Arc::new(Beside::default());
        let listing = beside.begin();
        beside.reading("x_thing", key_hash("b")).answered(9, true);
        let parent = [("x_thing".to_owned(), key_hash("b"))];
        assert!(beside.is_gone(&parent));
        // Another read found it back.
        beside.reading("x_thing", key_hash("b")).answered(10, false);
        assert!(!beside.is_gone(&parent));
        beside.reading("x_thing", key_hash("b")).answered(11, true);
        drop(listing);
        assert!(!beside.is_gone(&parent));
    }

    #[tokio::test]
    async fn the_listings_of_a_scope_come_one_after_the_other() {
        let beside = Arc::new(Beside::default());
        let first = beside.alone("x_thing", "p").await;
        let _elsewhere = beside.alone("x_thing", "q").await;
        let mut second = Box::pin(beside.alone("x_thing", "p"));
        assert!(futures::poll!(&mut second).is_pending());
        drop(first);
        drop(second.await);
        assert_eq!(beside.scopes().len(), 1);
    }
}

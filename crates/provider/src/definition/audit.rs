use std::{borrow::Cow, time::Duration};

use muster_model::{AuditEvent, Party, Path};
use serde_json::{Map, Value};

use super::{preparation::small_first, webhook::Webhook};
use crate::template::Template;

/// A vendor's own log, as `audit.toml` describes it.
#[derive(Debug)]
pub struct AuditLog {
    /// The table's name, `okta_system_log`.
    pub name: String,
    /// Name for people, `Okta System Log`.
    pub title: String,
    /// One or two sentences.
    pub description: String,
    /// How far back the vendor keeps it; nothing for a log that cannot be read.
    pub retention: Duration,
    /// Which of the vendor's rate limits its requests count against.
    pub bucket: String,
    /// How it is followed; absent for a log that only comes by webhook.
    pub follow: Option<Follow>,
    /// How the vendor sends events by itself, where it does.
    pub webhook: Option<Webhook>,
    /// Where in an event is what.
    pub fields: EventFields,
    /// Which events mean that a resource is to be read again.
    pub hints: Vec<Hint>,
    /// Whether members may be spelled in another case than documented; then events are kept with small first letters.
    pub ignore_case: bool,
    /// Whether places in it are settings that an integration can have other values of.
    pub is_settable: bool,
}

/// How a log is followed: page by page, and from the last page on.
#[derive(Debug, Clone, PartialEq)]
pub enum Follow {
    /// Every page has a next link, also an empty one, which is the end for now. The first page is asked for with
    /// `{since}`, a moment.
    PollingLink {
        /// Path and query of the first page.
        path: Template,
    },
    /// A question with a time window, sent as JSON; the answer's headers say where it goes on.
    SearchAfter {
        /// Scheme and authority; the first whose settings are all given. The provider's own where there is none.
        endpoints: Vec<Template>,
        /// Where the question is sent.
        path: Template,
        /// What it says besides `start_time`, `end_time`, `limit` and `search_after`.
        body: Map<String, Value>,
        /// Events a page.
        limit: u64,
        /// Events younger than this are left for later: others of the same time may still arrive.
        lag: Duration,
        /// How far each round reaches back behind the end of the one before, for what arrived later still.
        overlap: Duration,
    },
}

/// Where in an event is what. Of several places the first that holds something counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFields {
    /// The vendor's id for it.
    pub id: Vec<Path>,
    /// RFC 3339.
    pub time: Vec<Path>,
    /// What happened.
    pub activity: Vec<Path>,
    /// How it ended; true and false are success and failure.
    pub outcome: Vec<Path>,
    /// Who did it.
    pub actor: PartyFields,
    /// Where the objects are that it was done to.
    pub targets: Vec<Path>,
    /// Where in each of these is what.
    pub target: PartyFields,
    /// From which address.
    pub ip: Vec<Path>,
    /// From where.
    pub location: Vec<Path>,
}

/// Where in an event a party is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartyFields {
    /// The vendor's id.
    pub id: Vec<Path>,
    /// What kind it is.
    pub kind: Vec<Path>,
    /// Its name.
    pub name: Vec<Path>,
}

/// Events that mean that a resource, or several, are to be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Their activities; `*` at the end stands for anything.
    pub activities: Vec<String>,
    /// What the resource is.
    pub resource_type: String,
    /// Which kinds of targets, as the vendor calls them, have the parts of its key, in order. Empty where an event does not
    /// name one resource.
    pub key: Vec<String>,
    /// Which kinds of targets have the parts of its parent's key, where an event names only that.
    pub parent: Vec<String>,
}

/// What an event says is to be read again. The texts are parts of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hinted {
    /// One resource.
    Resource(Vec<String>),
    /// Everything below this parent.
    Children(Vec<String>),
    /// Everything of the type.
    Everything,
}

impl AuditLog {
    /// What an event says is to be read again: (type, what of it).
    pub fn rereads(&self, event: &AuditEvent) -> Vec<(&str, Hinted)> {
        let fits = |hint: &&Hint| hint.fits(&event.activity);
        if !self.hints.iter().any(|hint| fits(&hint)) {
            return Vec::new();
        }
        let Ok(value) = serde_json::from_str::<Value>(&event.document) else {
            return Vec::new();
        };
        let targets = self.fields.targets(&value);
        let named = |hint: &Hint| {
            if !hint.key.is_empty() {
                return Some(Hinted::Resource(parts(&hint.key, &targets)?));
            }
            if !hint.parent.is_empty() {
                return Some(Hinted::Children(parts(&hint.parent, &targets)?));
            }
            Some(Hinted::Everything)
        };
        self.hints
            .iter()
            .filter(fits)
            .filter_map(|hint| Some((hint.resource_type.as_str(), named(hint)?)))
            .collect()
    }
}

impl AuditLog {
    /// The event that a document of the log is; none where it lacks an id, a time or an activity.
    pub fn event(&self, document: &str) -> Option<AuditEvent> {
        let mut value: Value = serde_json::from_str(document).ok()?;
        let mut document = Cow::Borrowed(document);
        if self.ignore_case {
            value = spelled(value);
            document = Cow::Owned(value.to_string());
        }
        let fields = &self.fields;
        let activity = text(&fields.activity, &value)?;
        let moment = text(&fields.time, &value)?;
        let time = humantime::parse_rfc3339_weak(&moment)
            .ok()?
            .duration_since(std::time::UNIX_EPOCH)
            .ok()?;
        Some(AuditEvent {
            id: text(&fields.id, &value)?,
            time: i64::try_from(time.as_millis()).ok()?,
            action: action(&activity),
            activity,
            outcome: text(&fields.outcome, &value),
            actor: fields.actor.party(&value),
            target: fields
                .target_objects(&value)
                .next()
                .map_or_else(Party::default, |target| fields.target.party(target)),
            ip: text(&fields.ip, &value),
            location: text(&fields.location, &value),
            document: document.into_owned(),
        })
    }

    /// The resources that an event names: (type, key parts).
    pub fn hinted(&self, event: &AuditEvent) -> Vec<(&str, Vec<String>)> {
        let mut fitting = self.hints.iter().filter(|hint| hint.fits(&event.activity));
        let Some(first) = fitting.next() else {
            return Vec::new();
        };
        let Ok(value) = serde_json::from_str::<Value>(&event.document) else {
            return Vec::new();
        };
        let targets = self.fields.targets(&value);
        std::iter::once(first)
            .chain(fitting)
            .filter(|hint| !hint.key.is_empty())
            .filter_map(|hint| Some((hint.resource_type.as_str(), parts(&hint.key, &targets)?)))
            .collect()
    }
}

impl Hint {
    fn fits(&self, activity: &str) -> bool {
        self.activities
            .iter()
            .any(|pattern| match pattern.strip_suffix('*') {
                Some(beginning) => activity.starts_with(beginning),
                None => activity == pattern,
            })
    }
}

/// The ids of the targets of these kinds; none where one is missing.
fn parts(kinds: &[String], targets: &[(String, String)]) -> Option<Vec<String>> {
    let of_kind = |kind: &String| {
        let mut targets = targets.iter();
        targets.find_map(|(other, id)| (other == kind).then(|| id.clone()))
    };
    kinds.iter().map(of_kind).collect()
}

impl EventFields {
    fn target_objects<'e>(&'e self, event: &'e Value) -> impl Iterator<Item = &'e Value> {
        self.targets.iter().flat_map(|path| path.values(event))
    }

    /// (kind, id) of everything that an event was done to.
    fn targets(&self, event: &Value) -> Vec<(String, String)> {
        self.target_objects(event)
            .filter_map(|target| {
                let party = self.target.party(target);
                Some((party.kind?, party.id?))
            })
            .collect()
    }
}

impl PartyFields {
    fn party(&self, event: &Value) -> Party {
        Party {
            id: text(&self.id, event),
            kind: text(&self.kind, event),
            name: text(&self.name, event),
        }
    }
}

/// The same with a small first letter in every member's name.
fn spelled(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (small_first(&name), spelled(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(elements) => elements.into_iter().map(spelled).collect(),
        other => other,
    }
}

/// The verb in what a vendor calls an activity: the last word of `user.lifecycle.create`, `user_create`.
fn action(activity: &str) -> Option<String> {
    let verb = activity.rsplit(['.', '_']).next()?;
    (!verb.is_empty() && verb.len() < activity.len()).then(|| verb.to_owned())
}

fn text(places: &[Path], event: &Value) -> Option<String> {
    places
        .iter()
        .find_map(|path| path.values(event).into_iter().find_map(plain))
}

/// A value as text. Okta writes the text `null` where it has no zone.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("SUCCESS".to_owned()),
        Value::Bool(false) => Some("FAILURE".to_owned()),
        _ => None,
    }
}

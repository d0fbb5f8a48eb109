use std::time::Duration;

use muster_model::{AuditEvent, Party, Path};
use serde_json::{Map, Value};

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
    /// How far back the vendor keeps it.
    pub retention: Duration,
    /// Which of the vendor's rate limits its requests count against.
    pub bucket: String,
    /// How it is followed.
    pub follow: Follow,
    /// Where in an event is what.
    pub fields: EventFields,
    /// Which events mean that a resource is to be read again.
    pub hints: Vec<Hint>,
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

/// Events that mean that a resource is to be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Their activities; `*` at the end stands for anything.
    pub activities: Vec<String>,
    /// What the resource is.
    pub resource_type: String,
    /// Which kinds of targets, as the vendor calls them, have the parts of its key, in order.
    pub key: Vec<String>,
}

impl AuditLog {
    /// The event that a document of the log is; none where it lacks an id, a time or an activity.
    pub fn event(&self, document: &str) -> Option<AuditEvent> {
        let value: Value = serde_json::from_str(document).ok()?;
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
            document: document.to_owned(),
        })
    }

    /// The resources that an event is a hint about: (type, key parts).
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
            .filter_map(|hint| Some((hint.resource_type.as_str(), hint.key(&targets)?)))
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

    fn key(&self, targets: &[(String, String)]) -> Option<Vec<String>> {
        let of_kind = |kind: &String| {
            let mut targets = targets.iter();
            targets.find_map(|(other, id)| (other == kind).then(|| id.clone()))
        };
        self.key.iter().map(of_kind).collect()
    }
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

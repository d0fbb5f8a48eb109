//! What a message says, whatever the channel: the count, and the first few by name.

use std::{cmp::Reverse, collections::BTreeMap};

use muster_model::Severity;
use serde::{Deserialize, Serialize};

/// So many are named; the others are counted.
pub(crate) const NAMED: usize = 10;

/// One message. Grows while causes are gathered, and stays as it is from the first try on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// `finding`, `change` or `test`.
    pub kind: MessageKind,
    /// The alert that caused it; none for a test.
    pub alert: Option<Named>,
    /// Causes gathered in it.
    pub events: u64,
    /// The worst severity among them; none for changes.
    pub severity: Option<Severity>,
    /// How many of each sort: `opened`, `resolved`, `added`, ...
    pub counts: BTreeMap<String, u64>,
    /// The names of the integrations they are about.
    pub integrations: Vec<String>,
    /// The first few, the worst first.
    pub items: Vec<Item>,
    /// What else whoever reads it should know.
    pub notes: Vec<String>,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Findings opened, reopened, resolved.
    Finding,
    /// Resources added, modified, removed.
    Change,
    /// Somebody tries the channel.
    Test,
}

/// An id and the name it had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// One cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its number in the history it is read from.
    pub sequence: u64,
    /// `opened`, `modified`, ...
    pub what: String,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// How bad; none for a change.
    pub severity: Option<Severity>,
    /// The finding's id.
    pub finding: Option<String>,
    /// The rule, with its title.
    pub rule: Option<Named>,
    /// Why it matters, or what caused the step.
    pub why: Option<String>,
    /// The integration.
    pub integration: Named,
    /// `okta_user`.
    pub resource_type: String,
    /// `Okta User`, where that is known.
    pub type_title: Option<String>,
    /// The resource's key.
    pub key: String,
    /// The name a person knows it by; the key where there is no other.
    pub label: String,
    /// What differs, for a modified resource.
    pub fields: Vec<String>,
}

impl Message {
    /// A message that says nothing yet.
    pub(crate) fn empty(kind: MessageKind, alert: Option<Named>) -> Self {
        Self {
            kind,
            alert,
            events: 0,
            severity: None,
            counts: BTreeMap::new(),
            integrations: Vec::new(),
            items: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// A message that tries a channel.
    pub(crate) fn test() -> Self {
        let mut message = Self::empty(MessageKind::Test, None);
        message.notes.push(
            "This is a test. Somebody pressed a button to see whether messages from Muster arrive here."
                .to_owned(),
        );
        message
    }

    /// Whether a cause of this severity would be named.
    pub(crate) fn would_name(&self, severity: Option<Severity>) -> bool {
        self.items.len() < NAMED
            || self
                .items
                .last()
                .is_some_and(|last| severity > last.severity)
    }

    /// Counts one cause; `item` makes what is said about it, if it is among those that are named.
    pub(crate) fn add(
        &mut self,
        what: &str,
        severity: Option<Severity>,
        integration: &str,
        item: impl FnOnce() -> Item,
    ) {
        self.events += 1;
        *self.counts.entry(what.to_owned()).or_default() += 1;
        self.severity = self.severity.max(severity);
        if !self.integrations.iter().any(|known| known == integration) {
            self.integrations.push(integration.to_owned());
        }
        if self.would_name(severity) {
            self.items.push(item());
            self.keep_first();
        }
    }

    /// Takes in what another message says.
    pub(crate) fn merge(&mut self, other: Self) {
        self.events += other.events;
        self.severity = self.severity.max(other.severity);
        for (what, count) in other.counts {
            *self.counts.entry(what).or_default() += count;
        }
        for integration in other.integrations {
            if !self.integrations.contains(&integration) {
                self.integrations.push(integration);
            }
        }
        self.items.extend(other.items);
        self.keep_first();
        for note in other.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    fn keep_first(&mut self) {
        self.items
            .sort_by_key(|item| (Reverse(item.severity), item.sequence));
        self.items.truncate(NAMED);
    }

    /// How many are counted and not named.
    pub fn more(&self) -> u64 {
        self.events.saturating_sub(self.items.len() as u64)
    }

    /// One line that says it.
    pub fn title(&self) -> String {
        match (self.kind, self.items.as_slice()) {
            (MessageKind::Test, _) => "Test message from Muster".to_owned(),
            (_, []) if self.events == 0 => "Muster could not look at everything".to_owned(),
            (_, [only]) if self.events == 1 => only.title(),
            _ => self.counted(),
        }
    }

    /// `12 findings opened, 3 resolved in Production`.
    fn counted(&self) -> String {
        let noun = match self.kind {
            MessageKind::Change => "resource",
            _ => "finding",
        };
        let parts: Vec<String> = in_order(&self.counts)
            .enumerate()
            .map(|(place, (what, count))| match place {
                0 => format!("{} {noun}{} {what}", thousands(count), plural(count)),
                _ => format!("{} {what}", thousands(count)),
            })
            .collect();
        let place = match self.integrations.as_slice() {
            [only] => format!(" in {only}"),
            [] => String::new(),
            many => format!(" in {} integrations", many.len()),
        };
        format!("{}{place}", parts.join(", "))
    }
}

impl Item {
    /// What happened to what: `Administrator without a second factor: jane@example.com`.
    pub fn title(&self) -> String {
        match &self.rule {
            Some(rule) => match self.what.as_str() {
                "opened" => format!("{}: {}", rule.name, self.label),
                what => format!("{} ({what}): {}", rule.name, self.label),
            },
            None => format!("{} {} {}", self.kind_of_resource(), self.label, self.what),
        }
    }

    /// `Okta User`, or `okta_user`.
    pub fn kind_of_resource(&self) -> &str {
        self.type_title.as_deref().unwrap_or(&self.resource_type)
    }
}

/// The counts in the order that people expect.
pub(crate) fn in_order(counts: &BTreeMap<String, u64>) -> impl Iterator<Item = (&str, u64)> {
    const ORDER: [&str; 6] = [
        "opened", "reopened", "resolved", "added", "modified", "removed",
    ];
    ORDER
        .into_iter()
        .filter_map(|what| counts.get(what).map(|count| (what, *count)))
}

/// `12,345`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

pub(crate) fn plural(number: u64) -> &'static str {
    if number == 1 { "" } else { "s" }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn item(sequence: u64, severity: Severity) -> Item {
        Item {
            sequence,
            what: "opened".into(),
            at: 1_790_000_000_000,
            severity: Some(severity),
            finding: Some(format!("{sequence:032x}")),
            rule: Some(Named {
                id: "OKTA-098".into(),
                name: "Active user without a factor".into(),
            }),
            why: Some("A password alone is guessed.".into()),
            integration: Named {
                id: "i".into(),
                name: "Production".into(),
            },
            resource_type: "okta_user".into(),
            type_title: Some("Okta User".into()),
            key: format!("00u{sequence}"),
            label: format!("person{sequence}@example.com"),
            fields: vec![],
        }
    }

    pub(crate) fn findings(severities: &[Severity]) -> Message {
        let alert = Named {
            id: "a".into(),
            name: "Security".into(),
        };
        let mut message = Message::empty(MessageKind::Finding, Some(alert));
        for (place, severity) in severities.iter().enumerate() {
            message.add("opened", Some(*severity), "Production", || {
                item(place as u64 + 1, *severity)
            });
        }
        message
    }

    #[test]
    fn ten_are_named_the_worst_first_and_the_others_counted() {
        let mut severities = vec![Severity::Low; 1200];
        severities[700] = Severity::Critical;
        severities[900] = Severity::High;
        let message = findings(&severities);
        assert_eq!(
            (message.events, message.items.len(), message.more()),
            (1200, 10, 1190)
        );
        let order: Vec<u64> = message.items.iter().map(|item| item.sequence).collect();
        assert_eq!(order, [701, 901, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(message.severity, Some(Severity::Critical));
        assert_eq!(message.title(), "1,200 findings opened in Production");
    }

    #[test]
    fn merging_says_the_same_as_gathering_at_once() {
        let severities = [
            Severity::Low,
            Severity::High,
            Severity::Info,
            Severity::Critical,
        ];
        let whole = findings(&severities);
        let mut parts = Message::empty(MessageKind::Finding, whole.alert.clone());
        for (place, severity) in severities.iter().enumerate() {
            let mut part = Message::empty(MessageKind::Finding, whole.alert.clone());
            part.add("opened", Some(*severity), "Production", || {
                item(place as u64 + 1, *severity)
            });
            parts.merge(part);
        }
        assert_eq!(parts, whole);
    }

    #[test]
    fn one_is_told_by_name() {
        let message = findings(&[Severity::High]);
        assert_eq!(
            message.title(),
            "Active user without a factor: person1@example.com"
        );
    }

    #[test]
    fn large_numbers_are_readable() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(999), "999");
    }
}

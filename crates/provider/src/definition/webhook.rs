use std::{borrow::Cow, collections::BTreeMap};

use muster_model::{Path, Segment};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::preparation::small_first;

/// How a vendor sends events by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Where in a message its events are: the first place that is there. Without a place the message is the event, or an
    /// array of them.
    pub events: Vec<Path>,
    /// Whether a message without such a place is an event by itself.
    pub bare: bool,
    /// The header in which the vendor can send a second secret.
    pub header: Option<String>,
    /// How the vendor makes sure that the address is one that wants its messages.
    pub challenge: Option<Challenge>,
    /// What to do at the vendor, one step each.
    pub steps: Vec<String>,
}

/// A question that has to be answered before a vendor sends anything: what comes in a header goes back in the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The header that holds it.
    pub header: String,
    /// The member of the answer that it goes back in.
    pub member: String,
}

impl Webhook {
    /// The events of a message, each as the vendor wrote it; none where the message is not what it should be.
    /// `ignore_case` says that the first letters of members' names may be large or small.
    pub fn events<'m>(&self, message: &'m str, ignore_case: bool) -> Option<Vec<&'m str>> {
        let whole: &RawValue = serde_json::from_str(message).ok()?;
        let messages = elements(whole).unwrap_or_else(|| vec![whole]);
        let mut events = Vec::new();
        for message in messages {
            if self.events.is_empty() {
                events.push(message);
                continue;
            }
            let mut places = self.events.iter();
            match places.find_map(|path| at(message, path.segments(), ignore_case)) {
                Some(found) => events.extend(found),
                None if self.bare => events.push(message),
                None => return None,
            }
        }
        events
            .into_iter()
            .map(|event| event.get())
            .map(|event| event.starts_with('{').then_some(event))
            .collect()
    }
}

#[derive(Deserialize)]
struct Members<'m>(#[serde(borrow)] BTreeMap<Cow<'m, str>, &'m RawValue>);

/// What stands at a path; none where there is no such place.
fn at<'m>(value: &'m RawValue, path: &[Segment], ignore_case: bool) -> Option<Vec<&'m RawValue>> {
    let mut found = vec![value];
    for segment in path {
        found = match segment {
            Segment::Field(name) => found
                .into_iter()
                .map(|value| member(value, name, ignore_case))
                .collect::<Option<_>>()?,
            Segment::Each => {
                let lists: Option<Vec<_>> = found.into_iter().map(elements).collect();
                lists?.concat()
            }
        };
    }
    Some(found)
}

fn member<'m>(value: &'m RawValue, name: &str, ignore_case: bool) -> Option<&'m RawValue> {
    let Members(members) = serde_json::from_str(value.get()).ok()?;
    let is_named =
        |other: &str| other == name || (ignore_case && small_first(other) == small_first(name));
    let mut members = members.into_iter();
    members.find_map(|(other, value)| is_named(&other).then_some(value))
}

fn elements(value: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(value.get()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(events: &[&str]) -> Webhook {
        Webhook {
            events: events.iter().map(|path| path.parse().unwrap()).collect(),
            bare: false,
            header: None,
            challenge: None,
            steps: Vec::new(),
        }
    }

    #[test]
    fn events_are_found_and_stay_as_they_were_written() {
        let within = webhook(&["data.events[]"]);
        let message = r#"{"eventId": "1", "data": {"events": [{"a": 1.50 }, {"b":[]}]}}"#;
        assert_eq!(
            within.events(message, false).unwrap(),
            [r#"{"a": 1.50 }"#, r#"{"b":[]}"#]
        );
        let alone = webhook(&[]);
        assert_eq!(alone.events(r#"{"a": 1}"#, false).unwrap(), [r#"{"a": 1}"#]);
        assert_eq!(
            alone.events(r#"[{"a": 1}, {"a": 2}]"#, false).unwrap(),
            [r#"{"a": 1}"#, r#"{"a": 2}"#]
        );
        let either = webhook(&["events[]", "event"]);
        assert_eq!(
            either.events(r#"{"Event": {"A": 1}}"#, true).unwrap(),
            [r#"{"A": 1}"#]
        );
        let bare = Webhook {
            bare: true,
            ..either
        };
        assert_eq!(bare.events(r#"{"Id": 1}"#, true).unwrap(), [r#"{"Id": 1}"#]);
    }

    #[test]
    fn a_message_of_another_shape_has_no_events() {
        let within = webhook(&["data.events[]"]);
        for message in [
            "",
            "7",
            "null",
            "{}",
            r#"{"data": {"events": {}}}"#,
            r#"{"data": {"events": [1]}}"#,
            r#"{"Data": {"Events": []}}"#,
        ] {
            assert_eq!(within.events(message, false), None, "{message}");
        }
        assert_eq!(webhook(&[]).events("[1]", false), None);
        let nothing: Vec<&str> = Vec::new();
        assert_eq!(
            within.events(r#"{"data": {"events": []}}"#, false).unwrap(),
            nothing
        );
    }
}

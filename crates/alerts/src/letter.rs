//! A message on its way: with its id, and links that lead back to Muster.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::message::{Item, Message, MessageKind};

/// What may stand unescaped in one part of a path.
const PART: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// A message with what a channel needs to send it.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The delivery's id: the same at every try.
    pub delivery: &'a str,
    /// When the delivery was made, milliseconds since 1970.
    pub created: i64,
    /// Now, milliseconds since 1970.
    pub now: i64,
    /// What it says.
    pub message: &'a Message,
    /// Where people reach Muster, if that is configured.
    pub base: Option<&'a Url>,
}

impl Letter<'_> {
    /// Where in Muster all of it can be seen.
    pub fn link(&self) -> Option<String> {
        match (self.message.kind, self.message.items.as_slice()) {
            (MessageKind::Test, _) => self.below(&["alerts"]),
            (_, [only]) if self.message.events == 1 => self.link_to(only),
            (MessageKind::Finding, _) => self.below(&["findings"]),
            (MessageKind::Change, _) => self.below(&["changes"]),
        }
    }

    /// Where in Muster one of them can be seen.
    pub fn link_to(&self, item: &Item) -> Option<String> {
        match &item.finding {
            Some(finding) => self.below(&["findings", finding]),
            None => self.below(&[
                "resources",
                &item.resource_type,
                &item.integration.id,
                &item.key,
            ]),
        }
    }

    fn below(&self, parts: &[&str]) -> Option<String> {
        let mut link = self.base?.as_str().trim_end_matches('/').to_owned();
        for part in parts {
            link.push('/');
            link.extend(utf8_percent_encode(part, PART));
        }
        Some(link)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::tests::findings;
    use muster_model::Severity;

    #[test]
    fn links_lead_to_the_one_or_to_the_list_and_nowhere_without_an_address() {
        let base = Url::parse("https://muster.example.com/security/").unwrap();
        let one = findings(&[Severity::High]);
        let mut letter = Letter {
            delivery: "d",
            created: 0,
            now: 0,
            message: &one,
            base: Some(&base),
        };
        assert_eq!(
            letter.link().unwrap(),
            format!("https://muster.example.com/security/findings/{:032x}", 1)
        );
        let mut item = one.items[0].clone();
        item.finding = None;
        item.key = "00g1/00u 2".into();
        assert_eq!(
            letter.link_to(&item).unwrap(),
            "https://muster.example.com/security/resources/okta_user/i/00g1%2F00u%202"
        );
        let two = findings(&[Severity::High, Severity::Low]);
        letter.message = &two;
        assert_eq!(
            letter.link().unwrap(),
            "https://muster.example.com/security/findings"
        );
        letter.base = None;
        assert_eq!(letter.link(), None);
    }
}

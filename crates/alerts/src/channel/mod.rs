//! Where messages go. One file per kind of channel, each behind [`ChannelKind`]; a new kind is a file and a line in
//! [`all`].

mod email;
mod mail;
mod post;
mod slack;
mod webhook;

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{FieldProblem, letter::Letter, reach::Reach};

/// What can be entered for a kind of channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelForm {
    /// `webhook`, `slack`, `email`.
    pub kind: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is for, in a sentence.
    pub description: &'static str,
    /// What is entered, in order.
    pub fields: &'static [Field],
}

/// One field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The name it is stored under.
    pub name: &'static str,
    /// What stands beside it.
    pub label: &'static str,
    /// What it is, and where it is found.
    pub help: &'static str,
    /// What it may look like.
    pub example: Option<&'static str>,
    /// Stored sealed and never shown again.
    pub secret: bool,
    /// The channel does not work without it.
    pub required: bool,
    /// It has several lines.
    pub multiline: bool,
}

impl Field {
    /// A setting that has to be there, of one line.
    const REQUIRED: Self = Self {
        name: "",
        label: "",
        help: "",
        example: None,
        secret: false,
        required: true,
        multiline: false,
    };
    /// A setting that may be left out, of one line.
    const OPTIONAL: Self = Self {
        required: false,
        ..Self::REQUIRED
    };
}

/// What was entered for one channel.
#[derive(Debug)]
pub struct Entered<'a> {
    /// What may be shown.
    pub settings: &'a BTreeMap<String, String>,
    /// What may not.
    pub secrets: &'a BTreeMap<String, Zeroizing<String>>,
    /// Whether somebody allowed endpoints that are not public, or not encrypted.
    pub allow_insecure_endpoint: bool,
}

impl Entered<'_> {
    /// The value of a setting or secret without white space around it; none when there is nothing.
    pub fn get(&self, name: &str) -> Option<&str> {
        let secret = self.secrets.get(name).map(|value| value.as_str());
        secret
            .or_else(|| self.settings.get(name).map(String::as_str))
            .map(str::trim)
            .filter(|value| !value.is_empty())
    }
}

/// What became of a try.
pub type Outcome = Result<Accepted, Refusal>;

/// The other end has taken the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What it said, in words.
    pub answer: String,
}

/// The message did not arrive, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why, in words, with what to do where something can be done.
    pub reason: String,
    /// Whether another try may help.
    pub again: Again,
}

/// Whether another try may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// After a while; after so long, where the other end said so.
    Later(Option<Duration>),
    /// Not before somebody changes something.
    Never,
}

impl Refusal {
    /// One that passes.
    pub fn later(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            again: Again::Later(None),
        }
    }

    /// One that stays.
    pub fn never(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            again: Again::Never,
        }
    }
}

/// A kind of channel: what is entered for it, what a message looks like there, and how it is sent.
#[async_trait]
pub trait ChannelKind: Send + Sync {
    /// What can be entered.
    fn form(&self) -> &'static ChannelForm;

    /// What is wrong with what was entered, beyond what is missing.
    fn problems(&self, entered: &Entered<'_>) -> Vec<FieldProblem>;

    /// The message as it goes out: the body of a request, or the text of a mail.
    fn render(&self, letter: &Letter<'_>) -> Value;

    /// Sends it once. Does not wait longer than the limits in `reach`.
    async fn send(&self, entered: &Entered<'_>, letter: &Letter<'_>, reach: &Reach) -> Outcome;
}

/// Every kind, in the order in which they are offered.
pub(crate) fn all() -> [&'static dyn ChannelKind; 3] {
    [&slack::Slack, &email::Email, &webhook::Webhook]
}

/// The kind of this name.
pub(crate) fn kind(name: &str) -> Option<&'static dyn ChannelKind> {
    all().into_iter().find(|kind| kind.form().kind == name)
}

/// What can be entered for each kind of channel.
pub fn channel_kinds() -> Vec<&'static ChannelForm> {
    all().into_iter().map(|kind| kind.form()).collect()
}

/// Everything that is wrong with what was entered.
pub(crate) fn problems(kind: &dyn ChannelKind, entered: &Entered<'_>) -> Vec<FieldProblem> {
    let form = kind.form();
    let mut problems: Vec<FieldProblem> = form
        .fields
        .iter()
        .filter(|field| field.required && entered.get(field.name).is_none())
        .map(|field| FieldProblem::new(field.name, "this is needed"))
        .collect();
    let known = |name: &String, secret: bool| {
        form.fields
            .iter()
            .any(|field| field.name == name && field.secret == secret)
    };
    for (names, secret) in [
        (entered.settings.keys().collect::<Vec<_>>(), false),
        (entered.secrets.keys().collect(), true),
    ] {
        for name in names.into_iter().filter(|name| !known(name, secret)) {
            let sort = if secret { "secret" } else { "setting" };
            problems.push(FieldProblem::new(
                name,
                format!("a {} channel has no such {sort}", form.title),
            ));
        }
    }
    if problems.is_empty() {
        problems = kind.problems(entered);
    }
    problems
}

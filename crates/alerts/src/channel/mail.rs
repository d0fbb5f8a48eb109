//! What a mail says: its subject, its text, the same as HTML.

use super::slack::cut;
use crate::{
    identity::in_words,
    letter::Letter,
    message::{Item, in_order, thousands},
};

/// Longer subjects are cut: a line of a mail may not have more than 998 characters, and nobody sees them.
const LONGEST_SUBJECT: usize = 200;

/// The subject, with the severity.
pub(super) fn subject(letter: &Letter<'_>) -> String {
    let sign = match letter.message.severity {
        Some(severity) => format!("[{}] ", severity.as_str()),
        None => String::new(),
    };
    cut(
        &format!("{sign}{}", letter.message.title()),
        LONGEST_SUBJECT,
    )
}

/// What stands around the items, in order.
fn closing(letter: &Letter<'_>) -> Vec<String> {
    let message = letter.message;
    let mut lines = Vec::new();
    if message.more() > 0 {
        lines.push(format!("And {} more.", thousands(message.more())));
    }
    lines.extend(message.notes.iter().cloned());
    if message.events > 1 {
        let counts: Vec<String> = in_order(&message.counts)
            .map(|(what, count)| format!("{} {what}", thousands(count)))
            .collect();
        lines.push(format!("Altogether: {}.", counts.join(", ")));
    }
    if let Some(alert) = &message.alert {
        lines.push(format!(
            "You get this because of the alert \"{}\" in Muster.",
            alert.name
        ));
    }
    lines
}

fn about(item: &Item) -> String {
    let mut parts = vec![
        item.kind_of_resource().to_owned(),
        item.integration.name.clone(),
    ];
    parts.extend(item.rule.as_ref().map(|rule| rule.id.clone()));
    parts.push(in_words(item.at));
    parts.join(", ")
}

/// The mail as plain text.
pub(super) fn text(letter: &Letter<'_>) -> String {
    let message = letter.message;
    let mut paragraphs = vec![message.title()];
    for item in &message.items {
        let sign = match item.severity {
            Some(severity) => format!("[{}] ", severity.as_str()),
            None => String::new(),
        };
        let mut lines = vec![format!("{sign}{}", item.title()), about(item)];
        lines.extend(item.why.clone());
        if !item.fields.is_empty() {
            lines.push(format!("Differs: {}", item.fields.join(", ")));
        }
        lines.extend(letter.link_to(item));
        paragraphs.push(lines.join("\n"));
    }
    paragraphs.extend(closing(letter));
    paragraphs.extend(letter.link());
    paragraphs.join("\n\n") + "\n"
}

/// The mail as simple HTML.
pub(super) fn html(letter: &Letter<'_>) -> String {
    let message = letter.message;
    let mut body = format!("<h2>{}</h2>\n", escape(&message.title()));
    for item in &message.items {
        let sign = match item.severity {
            Some(severity) => format!("[{}] ", severity.as_str()),
            None => String::new(),
        };
        let title = escape(&item.title());
        let title = match letter.link_to(item) {
            Some(link) => format!("<a href=\"{}\">{title}</a>", escape(&link)),
            None => title,
        };
        let mut lines = vec![format!("<b>{sign}{title}</b>"), escape(&about(item))];
        lines.extend(item.why.as_deref().map(escape));
        if !item.fields.is_empty() {
            lines.push(format!("Differs: {}", escape(&item.fields.join(", "))));
        }
        body.push_str(&format!("<p>{}</p>\n", lines.join("<br>\n")));
    }
    for line in closing(letter) {
        body.push_str(&format!("<p>{}</p>\n", escape(&line)));
    }
    if let Some(link) = letter.link() {
        let link = escape(&link);
        body.push_str(&format!("<p><a href=\"{link}\">Open in Muster</a></p>\n"));
    }
    format!(
        "<!doctype html>\n<html><body style=\"font-family: sans-serif\">\n{body}</body></html>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

//! Slack, by an incoming webhook: Block Kit blocks and a text for notifications.
//!
//! The contract is Slack's: <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks> (answers),
//! <https://docs.slack.dev/reference/block-kit/blocks> (limits), <https://docs.slack.dev/messaging/formatting-message-text>
//! (escaping). Slack keeps no ids of messages sent this way, so a repeated delivery is shown twice.

use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use muster_model::Severity;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::{
    Accepted, ChannelForm, ChannelKind, Entered, Field, Outcome, Refusal,
    post::{Answer, address_problem, post},
};
use crate::{
    FieldProblem,
    letter::Letter,
    message::{Item, thousands},
    reach::Reach,
};

/// Characters in the text of a header block.
const LONGEST_HEADER: usize = 150;
/// Characters of one item. A section may have 3,000, but all blocks together not much over 13,000.
const LONGEST_ITEM: usize = 900;
/// Characters in the text that stands in notifications. More is allowed; nobody reads it.
const LONGEST_TEXT: usize = 400;
const LONGEST_NOTE: usize = 500;

static FORM: ChannelForm = ChannelForm {
    kind: "slack",
    title: "Slack",
    description: "Posts messages to a Slack channel.",
    fields: &[Field {
        name: "webhook_url",
        label: "Webhook URL",
        help: "In Slack, make an app for your workspace, turn on Incoming Webhooks, add one for the channel, and copy \
               its address here. Whoever has it can post there.",
        example: Some("https://hooks.slack.com/services/T0000/B0000/XXXX"),
        secret: true,
        ..Field::REQUIRED
    }],
};

/// The kind of channel.
pub(super) struct Slack;

#[async_trait]
impl ChannelKind for Slack {
    fn form(&self) -> &'static ChannelForm {
        &FORM
    }

    fn problems(&self, entered: &Entered<'_>) -> Vec<FieldProblem> {
        let address = entered.get("webhook_url").unwrap_or_default();
        address_problem(address, entered.allow_insecure_endpoint)
            .map(|problem| FieldProblem::new("webhook_url", problem))
            .into_iter()
            .collect()
    }

    fn render(&self, letter: &Letter<'_>) -> Value {
        let message = letter.message;
        let title = message.title();
        let mut blocks = vec![json!({
            "type": "header",
            "text": {"type": "plain_text", "text": cut(&title, LONGEST_HEADER), "emoji": false},
        })];
        blocks.extend(
            message
                .items
                .iter()
                .map(|item| section(&item_text(letter, item))),
        );
        let mut closing = Vec::new();
        if message.more() > 0 {
            closing.push(format!("and {} more", thousands(message.more())));
        }
        closing.extend(
            message
                .notes
                .iter()
                .map(|note| escape(&cut(note, LONGEST_NOTE))),
        );
        if let Some(alert) = &message.alert {
            closing.push(format!(
                "Alert: {}",
                escape(&cut(&alert.name, LONGEST_NOTE))
            ));
        }
        if let Some(link) = letter.link() {
            closing.push(format!("<{}|Open in Muster>", escape(&link)));
        }
        if !closing.is_empty() {
            blocks.push(json!({
                "type": "context",
                "elements": [{"type": "mrkdwn", "text": closing.join(" · "), "verbatim": true}],
            }));
        }
        let sign = match message.severity {
            Some(severity) => format!("[{}] ", severity.as_str()),
            None => String::new(),
        };
        json!({"text": escape(&cut(&format!("{sign}{title}"), LONGEST_TEXT)), "blocks": blocks})
    }

    async fn send(&self, entered: &Entered<'_>, letter: &Letter<'_>, reach: &Reach) -> Outcome {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let body = self.render(letter).to_string().into_bytes();
        let address = entered.get("webhook_url").unwrap_or_default();
        let answer = post(entered, reach, address, headers, body).await?;
        if answer.status == 200 && answer.body == "ok" {
            return Ok(Accepted {
                answer: "Slack answered `ok`".to_owned(),
            });
        }
        Err(refusal(&answer, letter.now))
    }
}

/// What Slack's words mean, with what to do.
fn refusal(answer: &Answer, now: i64) -> Refusal {
    let advice = match answer.body.as_str() {
        "no_service" | "no_service_id" | "invalid_token" | "no_team" => {
            "Slack no longer knows this webhook; make a new one there and enter its address"
        }
        "channel_is_archived" => "the Slack channel is archived; make a webhook for another one",
        "channel_not_found" => "the Slack channel is gone; make a webhook for another one",
        "action_prohibited" | "posting_to_general_channel_denied" => {
            "the Slack workspace does not let this app post there; ask its administrator"
        }
        "user_not_found" => "the person it posts to is gone; make a webhook for a channel",
        _ if answer.status == 200 => {
            return Refusal::never(
                "what answers there is not Slack, which answers `ok`; check the address",
            );
        }
        _ => {
            let now = UNIX_EPOCH + Duration::from_millis(now.max(0).unsigned_abs());
            return answer.refusal(now);
        }
    };
    Refusal::never(format!(
        "{advice} (HTTP {}: {})",
        answer.status, answer.body
    ))
}

fn section(text: &str) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": true}})
}

/// Each part is cut before it is escaped, so that no escape is cut in two; four of them stay below the limit.
fn item_text(letter: &Letter<'_>, item: &Item) -> String {
    let part = |text: &str, most: usize| escape(&cut(text, most));
    let title = part(&item.title(), LONGEST_ITEM / 4);
    let title = match letter.link_to(item) {
        Some(link) => format!("<{}|{title}>", escape(&link)),
        None => title,
    };
    let sign = item.severity.map(sign).unwrap_or_default();
    let mut about = vec![
        part(item.kind_of_resource(), 60),
        part(&item.integration.name, 60),
    ];
    about.extend(item.rule.as_ref().map(|rule| part(&rule.id, 40)));
    let mut lines = vec![format!("{sign}*{title}*"), about.join(" · ")];
    if let Some(why) = &item.why {
        lines.push(part(why, LONGEST_ITEM / 3));
    }
    if !item.fields.is_empty() {
        lines.push(part(&item.fields.join(", "), LONGEST_ITEM / 6));
    }
    lines.join("\n")
}

fn sign(severity: Severity) -> String {
    let sign = match severity {
        Severity::Critical => ":rotating_light:",
        Severity::High => ":red_circle:",
        Severity::Medium => ":large_orange_circle:",
        Severity::Low => ":large_yellow_circle:",
        Severity::Info => ":large_blue_circle:",
    };
    format!("{sign} {} ", severity.as_str())
}

/// The three characters that mean something to Slack wherever they stand.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// At most so many characters, the last an ellipsis where something is left out.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

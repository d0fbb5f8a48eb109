//! `integration webhook`

use muster_office::{
    MadeWebhook,
    request::{Answer, WebhookStatus},
};
use serde_json::json;

use super::print;

pub fn tell(answer: Answer, as_json: bool) {
    match answer {
        Answer::MadeWebhook(made) => tell_made(made, as_json),
        Answer::Webhook(status) => tell_status(&status, as_json),
        Answer::Done(_) if as_json => print::line(&json!({"active": false}).to_string()),
        Answer::Done(sentence) => print::line(&sentence),
        _ => {}
    }
}

fn tell_made(made: MadeWebhook, as_json: bool) {
    let MadeWebhook { url, header, steps } = made;
    if as_json {
        let header = header.map(|header| json!({"name": header.name, "value": header.value}));
        print::line(&json!({"url": url, "header": header, "steps": steps}).to_string());
        return;
    }
    print::line("What follows is shown this once.");
    print::line(&format!("URL: {url}"));
    if let Some(header) = header {
        print::line(&format!("Header: {}: {}", header.name, header.value));
    }
    for (number, step) in steps.iter().enumerate() {
        print::line(&format!("{}. {step}", number + 1));
    }
}

fn tell_status(status: &WebhookStatus, as_json: bool) {
    let moment = |milliseconds: i64| {
        let since = std::time::Duration::from_millis(milliseconds.unsigned_abs());
        humantime::format_rfc3339_seconds(std::time::UNIX_EPOCH + since).to_string()
    };
    let last = status.last_received.map(moment);
    if as_json {
        let view = json!({
            "active": true, "createdAt": moment(status.created), "lastReceivedAt": last, "received": status.received,
            "waiting": status.waiting, "notUnderstood": status.not_understood,
        });
        print::line(&view.to_string());
        return;
    }
    print::line(&format!("Made {}.", moment(status.created)));
    print::line(&match last {
        Some(last) => format!(
            "{} messages came, the last {last}; {} wait to be looked at, {} were not understood.",
            status.received, status.waiting, status.not_understood
        ),
        None => "No message has come yet.".to_owned(),
    });
    print::line("The address is not shown again; --replace makes another, --remove ends it.");
}

//! Where the organisation tells what happens: event hooks, inline hooks, log streams.

use serde_json::{Value, json};

use super::{Documents, Sheet, status};
use crate::hash::{Purpose, draw};
use crate::ids::{Kind, random_text};

fn channel(sheet: &Sheet<'_>, uri: &str, n: u64) -> Value {
    let key = random_text(
        draw(sheet.state.company.seed, Purpose::Secret, n | 1 << 52),
        24,
    );
    json!({"type": "HTTP", "version": "1.0.0", "config": {
        "uri": uri, "headers": [{"key": "X-Acme-Key", "value": key}], "method": "POST", "authScheme": {"type": "HEADER", "key": "Authorization"}}})
}

/// `/eventHooks`
pub fn event_hooks(sheet: &Sheet<'_>) -> Documents {
    let mut hooks = vec![(
        "Security register",
        "https://register.acme-industries.example/hooks/okta",
        &[
            "user.lifecycle.create",
            "user.lifecycle.deactivate",
            "group.user_membership.add",
            "group.user_membership.remove",
        ][..],
        "VERIFIED",
        true,
    )];
    if !sheet.state.company.clean {
        hooks.push((
            "Chat bot",
            "https://bot.example.net/okta",
            &["user.session.start"],
            "VERIFIED",
            true,
        ));
        hooks.push((
            "Trial",
            "https://eo1.m.pipedream.example",
            &["user.account.update_password"],
            "UNVERIFIED",
            false,
        ));
    }
    let built = hooks.into_iter().enumerate().map(|(n, (name, uri, events, verified, active))| {
        let id = sheet.id(Kind::EventHook, n as u64);
        let path = format!("eventHooks/{id}");
        let mut links = sheet.life(&path, active);
        links["self"] = json!({"href": sheet.at(&path)});
        if active {
            links["verify"] = sheet.link(&format!("{path}/lifecycle/verify"), &["POST"]);
        }
        let document = json!({
            "id": id, "status": status(active), "verificationStatus": verified, "name": name, "description": null, "created": sheet.before(250 - n as i64),
            "createdBy": sheet.administrator(n as u64), "lastUpdated": sheet.before(120 - n as i64), "events": {"type": "EVENT_TYPE", "items": events, "filter": null},
            "channel": channel(sheet, uri, n as u64), "_links": links});
        (id, document)
    });
    built.collect()
}

/// `/inlineHooks`
pub fn inline_hooks(sheet: &Sheet<'_>) -> Documents {
    let hooks = [
        (
            "Adds entitlements to tokens",
            "com.okta.oauth2.tokens.transform",
            "https://entitlements.acme-industries.example/token",
            true,
        ),
        (
            "Old registration check",
            "com.okta.user.pre-registration",
            "https://check.acme-industries.example/register",
            false,
        ),
    ];
    let built = hooks.into_iter().enumerate().map(|(n, (name, kind, uri, active))| {
        let id = sheet.id(Kind::InlineHook, n as u64);
        let path = format!("inlineHooks/{id}");
        let mut links = sheet.life(&path, active);
        links["self"] = json!({"href": sheet.at(&path)});
        let document = json!({
            "id": id, "status": status(active), "name": name, "type": kind, "version": "1.0.0", "channel": channel(sheet, uri, 10 + n as u64),
            "created": sheet.before(260), "lastUpdated": sheet.before(130), "_links": links});
        (id, document)
    });
    built.collect()
}

/// `/logStreams`
pub fn log_streams(sheet: &Sheet<'_>) -> Documents {
    let streams = [
        (
            "Security data lake",
            "aws_eventbridge",
            json!({"accountId": "123456789012", "eventSourceName": "acme_okta", "region": "eu-west-3"}),
            true,
        ),
        (
            "Former log host",
            "splunk_cloud_logstreaming",
            json!({"edition": "aws", "host": "acme.splunkcloud.com"}),
            false,
        ),
    ];
    let built = streams.into_iter().enumerate().map(|(n, (name, kind, settings, active))| {
        let id = sheet.id(Kind::LogStream, n as u64);
        let turn = if active { "deactivate" } else { "activate" };
        let document = json!({
            "id": id, "type": kind, "name": name, "lastUpdated": sheet.before(70), "created": sheet.before(330), "status": status(active), "settings": settings,
            "_links": {"self": {"href": sheet.at(&format!("logStreams/{id}")), "method": "GET"},
                turn: {"href": sheet.at(&format!("logStreams/{id}/lifecycle/{turn}")), "method": "POST"}}});
        (id, document)
    });
    built.collect()
}

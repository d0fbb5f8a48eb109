//! E-mail against a real SMTP server: what arrives, encrypted or not, signed in or not, and what refusals mean.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use crate::support::{
    Place,
    mail::{Arrived, Certificates, MailServer},
    time::START,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use muster_alerts::{AlertsError, Channel, Delivery, DeliveryStatus, OutboundOptions};

fn channel(place: &Place, port: u16, settings: &[(&str, &str)], password: &str) -> Channel {
    let port = port.to_string();
    let mut all = vec![
        ("server", "localhost"),
        ("port", port.as_str()),
        ("from", "Muster <muster@example.com>"),
        ("to", "security@example.com, Jörg <it@example.com>"),
    ];
    all.extend(settings);
    let secrets: &[(&str, &str)] = &[("password", password)];
    let secrets = if password.is_empty() { &[] } else { secrets };
    place
        .try_channel("email", "mail", &all, secrets, true)
        .unwrap()
}

/// The mail with its parts decoded, as a reader shows it.
fn decoded(arrived: &Arrived) -> (String, String, String) {
    let raw = STANDARD.decode(&arrived.content).unwrap();
    let mut python = std::process::Command::new(crate::support::mail::python())
        .arg("-c")
        .arg(
            "import sys, json, email, email.policy\n\
             m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)\n\
             parts = {p.get_content_type(): p.get_content() for p in m.walk() if not p.is_multipart()}\n\
             print(json.dumps([str(m), [[k, str(v)] for k, v in m.items()], parts]))",
        )
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(python.stdin.as_mut().unwrap(), &raw).unwrap();
    let output = python.wait_with_output().unwrap();
    let whole: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let headers = whole[1]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| {
            format!(
                "{}: {}\n",
                pair[0].as_str().unwrap(),
                pair[1].as_str().unwrap()
            )
        })
        .collect();
    let part = |kind: &str| whole[2][kind].as_str().unwrap().to_owned();
    (headers, part("text/plain"), part("text/html"))
}

async fn tried(place: &Place, channel: &Channel, options: &OutboundOptions) -> Delivery {
    place.sender_with(options).test(&channel.id).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_says_what_and_why_in_text_and_html_with_an_id_that_stays() {
    let place = Place::new();
    let mut server = MailServer::start(&["--answer", "451 4.3.0 try again"]);
    let channel = channel(&place, server.port, &[("security", "none")], "");
    place.finding_alert("Security & <friends>", &[&channel]);
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    let sender = place.sender();
    sender.send_due().await.unwrap();
    let delivery = place.only();
    assert_eq!(delivery.status, DeliveryStatus::Failed, "{delivery:?}");
    let error = delivery.last_error.clone().unwrap();
    assert!(
        error.contains("451") && error.contains("try again"),
        "{error}"
    );
    place.clock.seconds(60);
    sender.send_due().await.unwrap();
    let (first, second) = (server.next(), server.next());
    assert_eq!(first.sender, "muster@example.com");
    assert_eq!(first.recipients, ["security@example.com", "it@example.com"]);
    assert_eq!(first.hello, "example.com");
    assert!(!first.encrypted && first.user.is_none());

    let (headers, text, html) = decoded(&first);
    for line in [
        format!("Message-ID: <{}@example.com>", delivery.id),
        format!("Muster-Delivery: {}", delivery.id),
        "Subject: [high] Active user without a factor: jane@example.com".to_owned(),
        "From: Muster <muster@example.com>".to_owned(),
        "To: security@example.com, Jörg <it@example.com>".to_owned(),
        "Auto-Submitted: auto-generated".to_owned(),
        "Date: Mon, 23 Nov 2026 00:00:00 +0000".to_owned(),
    ] {
        assert!(headers.contains(&format!("{line}\n")), "{line}\n{headers}");
    }
    assert!(text.contains("[high] Active user without a factor: jane@example.com"));
    assert!(text.contains("A password alone is guessed."));
    assert!(text.contains("Okta User, Production, OKTA-098"));
    assert!(text.contains("https://muster.example.com/findings/"));
    assert!(
        html.contains("alert &quot;Security &amp; &lt;friends&gt;&quot;"),
        "{html}"
    );
    assert!(html.contains("<a href=\"https://muster.example.com/findings/"));
    let (again, text_again, html_again) = decoded(&second);
    let same = |headers: &str| -> Vec<String> {
        headers
            .lines()
            // The boundary between the parts is made anew.
            .filter(|line| !line.starts_with("Content-Type"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(same(&headers), same(&again), "the same id, the same date");
    assert_eq!((text, html), (text_again, html_again));
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_encrypted_and_signed_in_both_ways() {
    let place = Place::new();
    let certificates = Certificates::make(place.folder.root());
    let trusting = OutboundOptions {
        ca_file: Some(certificates.authority.clone()),
        ..OutboundOptions::default()
    };
    for security in ["starttls", "tls"] {
        let mut arguments = vec![
            "--certificate",
            certificates.certificate.to_str().unwrap(),
            "--key",
            certificates.key.to_str().unwrap(),
            "--user",
            "muster",
            "--password",
            "correct horse",
        ];
        if security == "starttls" {
            arguments.push("--starttls");
        }
        let mut server = MailServer::start(&arguments);
        let settings = [("security", security), ("username", "muster")];
        let right = channel(&place, server.port, &settings, "correct horse");
        let delivery = tried(&place, &right, &trusting).await;
        assert_eq!(
            delivery.status,
            DeliveryStatus::Sent,
            "{security}: {delivery:?}"
        );
        let arrived = server.next();
        assert!(arrived.encrypted, "{security}");
        assert_eq!(arrived.user.as_deref(), Some("muster"));
        let outcome = place.detail(&delivery.id).attempts[0].outcome.clone();
        assert!(
            outcome.contains("250") && outcome.contains("taken"),
            "{outcome}"
        );

        // Somebody who is not who they should be learns nothing.
        let delivery = tried(&place, &right, &OutboundOptions::default()).await;
        let error = delivery.last_error.unwrap();
        assert!(
            error.contains("certificate there is not trusted"),
            "{error}"
        );
        assert!(error.contains("MUSTER_CA_FILE"), "{error}");

        let renamed = muster_alerts::ChannelChange {
            name: Some(format!("right {security}")),
            ..muster_alerts::ChannelChange::default()
        };
        place.change_channel(&right.id, renamed).unwrap();
        let wrong = channel(&place, server.port, &settings, "another horse");
        let delivery = tried(&place, &wrong, &trusting).await;
        let error = delivery.last_error.unwrap();
        assert!(error.contains("did not let us sign in"), "{error}");
        assert!(error.contains("535") && !error.contains("horse"), "{error}");
        let renamed = muster_alerts::ChannelChange {
            name: Some(format!("wrong {security}")),
            ..muster_alerts::ChannelChange::default()
        };
        place.change_channel(&wrong.id, renamed).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_encryption_is_not_spoken_to_in_clear() {
    let place = Place::new();
    let server = MailServer::start(&[]);
    let channel = channel(&place, server.port, &[], "");
    let delivery = tried(&place, &channel, &OutboundOptions::default()).await;
    assert_eq!(delivery.status, DeliveryStatus::Dead);
    let error = delivery.last_error.unwrap();
    assert!(error.contains("does not offer STARTTLS"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_stay_end_it_and_silence_is_tried_again() {
    let place = Place::new();
    let refusing = MailServer::start(&["--answer", "550 5.7.1 not from you"]);
    let first = channel(&place, refusing.port, &[("security", "none")], "");
    place.finding_alert("Refused", &[&first]);
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    place.sender().send_due().await.unwrap();
    let delivery = place.only();
    assert_eq!(delivery.status, DeliveryStatus::Dead);
    let error = delivery.last_error.unwrap();
    assert!(
        error.contains("550") && error.contains("not from you"),
        "{error}"
    );

    let place = Place::new();
    let silent = MailServer::start(&["--silent"]);
    let second = channel(&place, silent.port, &[("security", "none")], "");
    place.finding_alert("Silent", &[&second]);
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    let mut options = OutboundOptions::default();
    options.timeouts.headers = Duration::from_millis(500);
    place.sender_with(&options).send_due().await.unwrap();
    let delivery = place.only();
    assert_eq!(delivery.status, DeliveryStatus::Failed);
    assert!(
        delivery
            .last_error
            .unwrap()
            .contains("did not answer within")
    );
    assert_eq!(delivery.created_at, START);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_taken_is_taken_although_the_goodbye_is_not_answered() {
    let place = Place::new();
    let mut server = MailServer::start(&["--lingers"]);
    let channel = channel(&place, server.port, &[("security", "none")], "");
    let delivery = tried(&place, &channel, &OutboundOptions::default()).await;
    assert_eq!(delivery.status, DeliveryStatus::Sent, "{delivery:?}");
    assert_eq!(server.next().recipients.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_entered_is_checked_field_by_field() {
    let place = Place::new();
    let good = [
        ("server", "smtp.example.com"),
        ("from", "muster@example.com"),
        ("to", "security@example.com"),
    ];
    place
        .try_channel("email", "good", &good, &[], false)
        .unwrap();
    for (field, value) in [
        ("from", "muster"),
        ("to", "a@example.com; b@example.com"),
        ("security", "ssl"),
        ("security", "none"),
        ("port", "smtp"),
        ("server", "http://smtp.example.com"),
        ("server", "127.0.0.1"),
        ("username", "muster"),
    ] {
        let mut settings = good.to_vec();
        settings.push((field, value));
        let refused = place.try_channel("email", "bad", &settings, &[], false);
        let Err(AlertsError::Invalid(problems)) = refused else {
            panic!("{field} = {value}: {refused:?}");
        };
        let expected = if field == "username" {
            "password"
        } else {
            field
        };
        assert_eq!(problems[0].field, expected, "{value}");
    }
    // A name says nothing until it is looked up.
    let mut settings = good.to_vec();
    settings.push(("server", "localhost"));
    let channel = place
        .try_channel("email", "inside", &settings, &[], false)
        .unwrap();
    let delivery = tried(&place, &channel, &OutboundOptions::default()).await;
    assert_eq!(delivery.status, DeliveryStatus::Dead);
    assert!(delivery.last_error.unwrap().contains("not a public one"));
}

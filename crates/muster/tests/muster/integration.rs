//! Connecting an account, changing how it is connected, and who does it when another process holds the folder.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
};

use serde_json::{Value, json};

use crate::common::{MUSTER, add, ask, done, muster, number, sim, sim_of, sim_with};

/// The sentence that a command is refused with. It ends with code 2 and answers nothing.
fn refused(data: &Path, arguments: &[&str]) -> String {
    let output = muster(data, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
    said.strip_prefix("muster: ").unwrap().trim().to_owned()
}

fn integrations(data: &Path) -> Value {
    serde_json::from_str(&done(data, &["integration", "list", "--json"])).unwrap()
}

fn tell(url: &str, orders: Value) {
    let answer = ask(url, "/_sim/change", &orders.to_string());
    assert!(!answer.contains("\"error\""), "{answer}");
}

fn connect(provider: &str, name: &str, domain: &str, token: &str) -> Vec<String> {
    let domain = format!("domain={domain}");
    let secret = format!("api_token={token}");
    let words = [
        "integration",
        "add",
        provider,
        "--name",
        name,
        "--set",
        &domain,
        "--secret",
        &secret,
        "--allow-insecure-endpoints",
    ];
    words.map(str::to_owned).to_vec()
}

#[test]
fn what_cannot_be_used_is_refused_in_one_sentence_and_nothing_is_saved() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(20);
    add(&data, &url, "main");
    let before = integrations(&data);
    let add = |provider: &str, name: &str, domain: &str, token: &str| {
        let words = connect(provider, name, domain, token);
        refused(&data, &words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    for (said, remedy) in [
        (
            refused(&data, &["sync", "mian"]),
            "no integration named `mian`; there are: main",
        ),
        (
            refused(&data, &["integration", "set", "mian", "--name", "other"]),
            "no integration named `mian`; there are: main",
        ),
        (
            add("okta", "second", &url, "wrong"),
            "not saved: the vendor does not accept the credentials",
        ),
        (
            add("okta", "second", "http://127.0.0.1:1", "sim-super-admin"),
            "not saved: http://127.0.0.1:1 could not be reached",
        ),
        (
            add("okta", "second", "acme-admin.okta.com", "sim-super-admin"),
            "`acme.okta.com`",
        ),
        (
            add("okta", "MAIN", &url, "sim-super-admin"),
            "choose another name",
        ),
        (
            add("otka", "second", &url, "sim-super-admin"),
            "no provider `otka`; did you mean `okta`?",
        ),
    ] {
        assert!(said.contains(remedy), "{said}");
        assert!(!said.contains("sim-super-admin"), "{said}");
    }
    assert_eq!(integrations(&data), before);
}

#[test]
fn a_token_is_replaced_in_place_and_what_was_collected_stays() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(20);
    add(&data, &url, "main");
    done(&data, &["sync", "--type", "okta_user,okta_group"]);
    let changes = "SELECT count(*) AS n FROM okta_user_changes";
    let before = number(&data, changes);
    tell(
        &url,
        json!([
            {"op": "token", "token": "sim-super-admin", "revoked": true},
            {"op": "token", "token": "fresh", "role": "super-admin"},
        ]),
    );
    let stopped = muster(&data, &["sync"]);
    assert_eq!(stopped.status.code(), Some(2));
    let said = refused(
        &data,
        &["integration", "set", "main", "--secret", "api_token=wrong"],
    );
    assert!(
        said.starts_with("nothing was changed: the vendor does not accept"),
        "{said}"
    );
    assert_eq!(muster(&data, &["sync"]).status.code(), Some(2));
    let token = place.path().join("token.txt");
    fs::write(&token, "fresh\n").unwrap();
    let secret = format!("api_token=@{}", token.display());
    let said = done(&data, &["integration", "set", "main", "--secret", &secret]);
    assert!(
        said.starts_with("main is changed and connected to "),
        "{said}"
    );
    done(&data, &["sync", "--type", "okta_user,okta_group"]);
    assert_eq!(number(&data, changes), before);
}

#[test]
fn who_changes_the_way_to_authenticate_is_done_with_the_other() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim_of("jumpcloud", 20, &[]);
    let base_url = format!("base_url={url}");
    let mut add = vec!["integration", "add", "jumpcloud", "--name", "main"];
    add.extend(["--allow-insecure-endpoints", "--set", &base_url]);
    add.extend(["--secret", "client_id=sim-client"]);
    add.extend(["--secret", "client_secret=sim-client-secret"]);
    done(&data, &add);

    let set = |secret| ["integration", "set", "main", "--secret", secret];
    // The service account would still do, and is not fallen back to.
    let said = refused(&data, &set("api_key=wrong"));
    assert!(said.contains("nothing was changed"), "{said}");
    done(&data, &set("api_key=sim-api-key"));
    // Nothing of the service account is left.
    let said = refused(&data, &set("client_secret=sim-client-secret"));
    assert!(said.contains("client_id"), "{said}");
    let mut both = set("client_id=sim-client").to_vec();
    both.extend(["--secret", "client_secret=sim-client-secret"]);
    done(&data, &both);
    done(&data, &["sync", "main", "--type", "jumpcloud_user"]);
}

#[test]
fn credentials_whose_key_was_lost_are_entered_again() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(20);
    add(&data, &url, "main");
    fs::remove_file(data.join("key")).unwrap();
    let said = refused(&data, &["sync", "main", "--type", "okta_user"]);
    assert!(said.contains("`muster integration set`"), "{said}");
    let secret = "api_token=sim-super-admin";
    done(&data, &["integration", "set", "main", "--secret", secret]);
    done(&data, &["sync", "main", "--type", "okta_user"]);
}

#[test]
fn a_credential_may_come_from_standard_input() {
    use std::io::Write as _;
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(20);
    add(&data, &url, "main");
    let mut child = Command::new(MUSTER)
        .args(["integration", "set", "main", "--secret", "api_token=@-"])
        .arg("--data")
        .arg(&data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"sim-read-only\n").unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("okta_feature: not permitted"), "{said}");
}

#[test]
fn one_organisation_never_becomes_another() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(20);
    let (_other, other) = sim_with(20, &["--seed", "2"]);
    add(&data, &url, "main");
    done(&data, &["sync", "--type", "okta_user"]);
    let before = integrations(&data);
    let domain = format!("domain={other}");
    let said = refused(&data, &["integration", "set", "main", "--set", &domain]);
    assert!(
        said.starts_with("nothing was changed: ") && said.contains("muster integration add"),
        "{said}"
    );
    assert_eq!(integrations(&data), before);
    done(&data, &["sync", "--type", "okta_user"]);
}

#[test]
fn settings_change_one_by_one_and_a_name_only_when_it_is_free() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(20);
    add(&data, &url, "main");
    add(&data, &url, "second");
    let set = |arguments: &[&str]| {
        let words = [&["integration", "set"], arguments].concat();
        done(&data, &words)
    };
    set(&["main", "--set", "types=okta_user, okta_group"]);
    let settings = |index: usize| integrations(&data)[index]["settings"].clone();
    assert_eq!(
        settings(0),
        json!({"domain": url, "types": "okta_group,okta_user"})
    );
    set(&["main", "--set", "types="]);
    assert_eq!(settings(0), json!({"domain": url}));
    let said = refused(&data, &["integration", "set", "main", "--set", "domain="]);
    assert!(said.contains("--set domain="), "{said}");
    let said = refused(&data, &["integration", "set", "main", "--name", "Second"]);
    assert!(said.contains("choose another name"), "{said}");
    assert_eq!(
        set(&["main", "--name", "head office"]),
        "main is called head office now\n"
    );
    assert_eq!(integrations(&data)[0]["name"], "head office");
    let nothing = muster(&data, &["integration", "set", "second"]);
    assert_eq!(nothing.status.code(), Some(2));
}

#[test]
fn who_holds_the_folder_does_it_unless_the_provider_files_differ() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(40);
    add(&data, &url, "main");
    tell(&url, json!([{"op": "latency", "value": "100ms"}]));
    let mut holder = Command::new(MUSTER)
        .args(["sync", "main", "--json", "--data"])
        .arg(&data)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    while !data.join("muster.sock").exists() {
        assert!(holder.try_wait().unwrap().is_none(), "it ended too early");
        thread::yield_now();
    }

    let providers = place.path().join("providers");
    fs::create_dir_all(providers.join("okta/queries")).unwrap();
    fs::write(
        providers.join("okta/queries/mine.toml"),
        "title = \"Mine\"\ndescription = \"All users.\"\ncolumns = [\"id\"]\nsql = \"SELECT id FROM okta_user\"\n",
    )
    .unwrap();
    let providers = providers.to_str().unwrap();
    let said = refused(&data, &["sync", "main", "--providers", providers]);
    assert!(said.contains("--providers"), "{said}");
    // What has nothing to do with provider files is done.
    done(
        &data,
        &["integration", "enable", "main", "--providers", providers],
    );
    done(&data, &["integration", "set", "main", "--name", "renamed"]);
    let secret = "api_token=sim-super-admin";
    done(
        &data,
        &["integration", "set", "renamed", "--secret", secret],
    );
    let output = holder.wait_with_output().unwrap();
    assert!(output.status.success());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["integrations"][0]["complete"], true);
    // Nobody holds the folder any more: the files are this command's own.
    tell(&url, json!([{"op": "latency", "value": "0ms"}]));
    done(
        &data,
        &[
            "sync",
            "renamed",
            "--type",
            "okta_user",
            "--providers",
            providers,
        ],
    );
}

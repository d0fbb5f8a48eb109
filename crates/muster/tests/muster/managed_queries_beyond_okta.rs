//! The managed queries of the other providers, against what their stand-ins say.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};

use crate::{
    common::{add_of, ask_with, done, sim_of},
    managed_queries::{managed, picked, sorted},
};

/// A whole list of JumpCloud's, by skipping what was read.
fn jumpcloud(url: &str, path: &str) -> Vec<Value> {
    let mut found = Vec::new();
    loop {
        let path = format!("{path}?limit=100&skip={}", found.len());
        let answer = ask_with(url, &path, "x-api-key: sim-api-key", "");
        let mut page: Value =
            serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{path}: {error}"));
        if page.is_object() {
            page = page["results"].take();
        }
        let page = page
            .as_array()
            .unwrap_or_else(|| panic!("{path}: {answer}"));
        if page.is_empty() {
            return found;
        }
        found.extend(page.iter().cloned());
    }
}

#[test]
fn every_managed_query_of_jumpcloud_answers_what_the_vendor_says() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim_of("jumpcloud", 120, &[]);
    let address = format!("base_url={url}");
    let secret = "api_key=sim-api-key";
    add_of(&data, "jumpcloud", "main", &[&address], secret);
    done(&data, &["sync"]);
    let devices = jumpcloud(&url, "/api/systems");
    let users = jumpcloud(&url, "/api/systemusers");

    let plain = devices.iter().filter(|device| {
        let fde = &device["fde"];
        fde["active"] == false || fde["keyPresent"] == false
    });
    let plain = sorted(plain.map(|device| {
        let fde = &device["fde"];
        let (name, os) = (&device["displayName"], &device["os"]);
        json!([name, os, fde["active"], fde["keyPresent"]]).to_string()
    }));
    assert!(!plain.is_empty() && plain.len() < devices.len());
    let found = managed(&data, "jumpcloud_devices_without_disk_encryption");
    let members = ["displayName", "os", "encrypted", "keyHeld"];
    assert_eq!(picked(&found, &members), plain);

    let names: BTreeMap<&str, &Value> = users
        .iter()
        .map(|user| (user["_id"].as_str().unwrap(), &user["username"]))
        .collect();
    let mut without_password = Vec::new();
    for device in &devices {
        let id = device["_id"].as_str().unwrap();
        for user in jumpcloud(&url, &format!("/api/v2/systems/{id}/users")) {
            let sudo = &user["compiledAttributes"]["sudo"];
            if sudo["enabled"] == true && sudo["withoutPassword"] == true {
                let name = names[user["id"].as_str().unwrap()];
                without_password.push(json!([name, device["displayName"]]).to_string());
            }
        }
    }
    assert!(!without_password.is_empty());
    let found = managed(&data, "jumpcloud_sudo_without_password");
    assert_eq!(
        picked(&found, &["username", "device"]),
        sorted(without_password.into_iter())
    );

    let unprotected = users
        .iter()
        .filter(|user| user["state"] == "ACTIVATED" && user["mfa"]["configured"] == false);
    let unprotected = sorted(unprotected.map(|user| {
        let asked = &user["enable_user_portal_multifactor"];
        json!([user["username"], user["email"], asked]).to_string()
    }));
    assert!(!unprotected.is_empty() && unprotected.len() < users.len());
    let found = managed(&data, "jumpcloud_users_without_second_factor");
    assert_eq!(picked(&found, &["username", "email", "asked"]), unprotected);
}

const ID: &str = "5d2c7f10-4a3e-4b6c-9d21-0c1f6e8a7b11";
const KEY: &str = "9e8d7c6b-5a49-4838-8271-605f4e3d2c1b";

/// A whole list of MonoSign's, page by page.
fn monosign(url: &str, list: &str) -> Vec<Value> {
    let headers = format!("MonoSign-AppId: {ID}\r\nMonoSign-AppKey: {KEY}");
    let mut found = Vec::new();
    for page in 1.. {
        let path = format!("/api/v1.3/{list}?page={page}&pageSize=100");
        let answer = ask_with(url, &path, &headers, "");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let items = answer["Data"].as_array().unwrap();
        if items.is_empty() {
            break;
        }
        found.extend(items.iter().cloned());
    }
    found
}

#[test]
fn every_managed_query_of_monosign_answers_what_the_vendor_says() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim_of("monosign", 120, &[]);
    connect(&data, &url);
    done(&data, &["sync"]);

    let authenticators = monosign(&url, "authenticators");
    let users = monosign(&url, "users");
    let is_usable = |authenticator: &Value, user: &Value| {
        authenticator["UserId"] == user["UserId"]
            && authenticator["IsVerified"] == true
            && authenticator["IsRemoved"] == false
    };
    let unprotected = users.iter().filter(|user| {
        let protected = authenticators.iter().any(|one| is_usable(one, user));
        user["IsActive"] == true && !protected
    });
    let unprotected = sorted(
        unprotected
            .map(|user| json!([user["UserName"], user["Email"], user["MfaRequired"]]).to_string()),
    );
    assert!(!unprotected.is_empty() && unprotected.len() < users.len());
    let found = managed(&data, "monosign_users_without_authenticator");
    assert_eq!(
        picked(&found, &["userName", "email", "mfaRequired"]),
        unprotected
    );
    let truth: Value = serde_json::from_str(&ask_with(&url, "/_sim/truth", "X: y", "")).unwrap();
    let known = &truth["active user without an authenticator"]["count"];
    assert_eq!(json!(found.len()), *known);
}

fn connect(data: &Path, url: &str) {
    let (address, id) = (format!("base_url={url}"), format!("app_id={ID}"));
    let secret = format!("app_key={KEY}");
    add_of(data, "monosign", "main", &[&address, &id], &secret);
}

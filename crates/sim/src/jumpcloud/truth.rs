//! The answer key: how the directory differs from Okta, and what in it is weak. Whatever is served as a document of its own is
//! judged by that document.

use serde_json::{Map, Value, json};

use super::console::Account;
use super::founding::Spelling;
use super::ids::Kind;
use super::services;
use crate::clock::{DAY, Seconds, parse_millis};
use crate::company::accounts::Status;
use crate::state::State;

/// More keys than this are counted, not listed.
const LISTED: usize = 10_000;

/// Case name → `{count, keys}`. Keys are JumpCloud's, but for people who are missing there: those are Okta's.
pub fn truth(state: &State, now: Seconds) -> Value {
    let mut cases = Map::new();
    let mut put = |name: &str, keys: Vec<String>| {
        let listed: Vec<&String> = keys.iter().take(LISTED).collect();
        cases.insert(
            name.to_owned(),
            json!({"count": keys.len(), "keys": listed}),
        );
    };
    let (lists, hex) = (state.lists(), state.hex());
    let accounts = |fits: &dyn Fn(u32) -> bool| -> Vec<String> {
        let found = lists.accounts.iter().filter(|i| fits(**i));
        found.map(|i| hex.id(Kind::User, u64::from(*i))).collect()
    };
    let devices = |fits: &dyn Fn(u32) -> bool| -> Vec<String> {
        let found = lists.devices.iter().filter(|device| fits(**device));
        found
            .map(|device| hex.id(Kind::System, u64::from(*device)))
            .collect()
    };
    let gone = |i: u32| !state.exists(i) || state.status(i) == Status::Deprovisioned;
    put(
        "drift: left Okta, still active in JumpCloud",
        accounts(&|i| state.account(i) == Account::Active && gone(i)),
    );
    put(
        "drift: suspended in Okta, still active in JumpCloud",
        accounts(&|i| {
            state.account(i) == Account::Active
                && state.exists(i)
                && state.status(i) == Status::Suspended
        }),
    );
    put(
        "drift: active in Okta, missing in JumpCloud",
        (0..state.population())
            .filter(|i| state.works(*i) && !state.has_account(*i) && !state.company.unmanaged(*i))
            .map(|i| state.company.ids.user(i).to_string())
            .collect(),
    );
    put(
        "drift: e-mail spelled otherwise than in Okta",
        accounts(&|i| state.company.spelling(i) != Spelling::Same),
    );
    put(
        "drift: device without an owner",
        devices(&|device| state.bindings(device).is_empty()),
    );
    put(
        "JC-033 active user without MFA",
        accounts(&|i| state.account(i) == Account::Active && !state.account_mfa(i)),
    );
    let document = |i: u32| state.system_user(i, now);
    put(
        "JC-036 password never expires",
        accounts(&|i| document(i)["password_never_expires"] == true),
    );
    put(
        "JC-038 global or passwordless sudo",
        accounts(&|i| {
            let document = document(i);
            document["sudo"] == true || document["passwordless_sudo"] == true
        }),
    );
    put(
        "JC-044 suspended user still bound to devices",
        accounts(&|i| state.account(i) == Account::Suspended && !state.devices_of(i).is_empty()),
    );
    put(
        "JC-047 disk not encrypted, or the key not kept",
        devices(&|device| {
            let fde = &state.system(device, now)["fde"];
            fde["active"] == false || fde["keyPresent"] == false
        }),
    );
    put(
        "JC-048 device not seen for 30 days",
        devices(&|device| state.last_contact(device, now) < now - 30 * DAY),
    );
    put(
        "JC-051 root may sign in over SSH",
        devices(&|device| {
            let system = state.system(device, now);
            system["allowSshRootLogin"] == true || system["sshRootEnabled"] == true
        }),
    );
    put(
        "JC-055 policy failed",
        lists
            .devices
            .iter()
            .flat_map(|device| {
                let rows = state.rows(*device, super::insights::Table::PolicyResults);
                (0..rows).map(move |n| state.policy_result(*device, n))
            })
            .filter(|result| result["success"] == false)
            .filter_map(|result| result["id"].as_str().map(str::to_owned))
            .collect(),
    );
    let settings = state.organization_with_settings();
    let organization =
        |weak: bool| -> Vec<String> { weak.then(|| state.organization_id()).into_iter().collect() };
    let password = &settings["settings"]["passwordPolicy"];
    put(
        "JC-001 administrators need no MFA",
        organization(settings["settings"]["requireAdminMFA"] == false),
    );
    put(
        "JC-011 password shorter than 12",
        organization(password["minLength"].as_u64().is_none_or(|n| n < 12)),
    );
    put(
        "JC-002 administrator without MFA",
        (0..services::ADMINISTRATORS)
            .map(|n| state.administrator_account(n))
            .filter(|a| a["enableMultiFactor"] == false)
            .filter_map(|a| a["id"].as_str().map(str::to_owned))
            .collect(),
    );
    let mdm = state.apple_mdm(now);
    let runs_out = mdm["apnsCertExpiry"]
        .as_str()
        .and_then(parse_millis)
        .is_none_or(|at| at < (now + 30 * DAY) * 1000);
    put(
        "JC-058 certificate for Apple's devices runs out within 30 days",
        if runs_out {
            vec![hex.id(Kind::AppleMdm, 0)]
        } else {
            Vec::new()
        },
    );
    Value::Object(cases)
}

//! `/devices` and who uses them: phones and computers that Okta Verify runs on.

use serde_json::{Value, json};

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use super::paging::{self, Limits};
use super::user_document::{Shape, UserWriter};
use crate::clock;
use crate::company::devices::{Device, Platform};
use crate::ids::{Kind, random_text};
use crate::json::Json;

/// `GET /devices`, in the order of their owners.
pub fn list(context: &Context<'_>) -> Answer {
    let state = context.state;
    available(context)?;
    let limit = paging::limit(context, Limits(200, 200))?;
    let from = after(context)?;
    let (mut json, mut count, mut next) = (Json::with_capacity(limit * 900), 0, None);
    json.raw("[");
    'people: for i in (from / 2) as u32..state.population() {
        for device in state.company.devices(i).into_iter().flatten() {
            let number = u64::from(i) * 2 + u64::from(device.slot);
            if number < from {
                continue;
            }
            if count == limit {
                next = Some(state.company.ids.id(Kind::Cursor, number).to_string());
                break 'people;
            }
            if count > 0 {
                json.raw(",");
            }
            json.value(&document(context, &device));
            count += 1;
        }
    }
    json.raw("]");
    Ok(paging::page(context, json, limit, next.as_deref()))
}

/// A cursor of this list is refused as a search is, not as other lists do.
fn after(context: &Context<'_>) -> Result<u64, ApiError> {
    paging::place(context).map_err(|_| ApiError::bad_search_cursor())
}

fn available(context: &Context<'_>) -> Result<(), ApiError> {
    if context.state.company.classic {
        return Err(ApiError::feature_missing());
    }
    Ok(())
}

/// `GET /devices/{id}`
pub fn get(context: &Context<'_>, id: &str) -> Answer {
    Ok(Reply::value(&document(context, &find(context, id)?)))
}

/// `GET /devices/{id}/users`: whole users, each with how the device is managed for them.
pub fn users(context: &Context<'_>, id: &str) -> Answer {
    let device = find(context, id)?;
    let state = context.state;
    let mut writer = UserWriter::new(state, context.base);
    let users = state.device_users(&device).into_iter().map(|i| {
        let mut json = Json::with_capacity(2048);
        writer.write(&mut json, i, Shape::Listed);
        let user: Value = serde_json::from_slice(&json.into_bytes()).unwrap_or_default();
        let mut link = json!({
            "created": clock::text(created(context, &device)), "managementStatus": if device.managed { "MANAGED" } else { "NOT_MANAGED" }, "user": user});
        if device.slot == 0 {
            link["screenLockType"] = json!(if device.encrypted { "BIOMETRIC" } else { "NONE" });
        }
        link
    });
    Ok(Reply::value(&Value::Array(users.collect())))
}

fn find(context: &Context<'_>, id: &str) -> Result<Device, ApiError> {
    available(context)?;
    let state = context.state;
    let found = state
        .company
        .read_device(id)
        .filter(|(owner, _)| *owner < state.population());
    found
        .and_then(|(owner, slot)| state.company.devices(owner)[usize::from(slot)])
        .ok_or_else(|| ApiError::not_found(id, "Device"))
}

fn created(context: &Context<'_>, device: &Device) -> i64 {
    let times = context.state.person(device.owner).times;
    let begun = times.activated.unwrap_or(times.created);
    (begun + device.after).min(context.state.company.epoch.max(begun))
}

fn document(context: &Context<'_>, device: &Device) -> Value {
    let state = context.state;
    let id = state
        .company
        .device_id(device.owner, device.slot)
        .to_string();
    let status = state.device_status(device);
    let created = created(context, device);
    let updated = match status {
        "DEACTIVATED" => state
            .person(device.owner)
            .times
            .status_changed
            .unwrap_or(created)
            .max(created),
        _ => created,
    };
    let serial = random_text(device.chance, 10).to_uppercase();
    let (platform, manufacturer, model, version) = match device.platform {
        Platform::Mac => ("MACOS", "APPLE", "Mac15,9", "15.6.1"),
        Platform::Windows => ("WINDOWS", "LENOVO", "21HM", "10.0.26100"),
        Platform::Phone => ("IOS", "APPLE", "iPhone15,4", "18.5.0"),
        Platform::Android => ("ANDROID", "GOOGLE", "Pixel 8", "15"),
    };
    let encryption = match (device.encrypted, device.slot) {
        (true, 0) => "ALL_INTERNAL_VOLUMES",
        (true, _) => "FULL",
        (false, _) => "NONE",
    };
    let here = format!("{}/api/v1/devices/{id}", context.base);
    let act = |turn: &str| json!({"href": format!("{here}/lifecycle/{turn}"), "hints": {"allow": ["POST"]}});
    let mut links = json!({
        "self": {"href": here, "hints": {"allow": ["GET", "PATCH", "PUT"]}}, "users": {"href": format!("{here}/users"), "hints": {"allow": ["GET"]}}});
    match status {
        "ACTIVE" => {
            links["suspend"] = act("suspend");
            links["deactivate"] = act("deactivate");
        }
        "SUSPENDED" => {
            links["unsuspend"] = act("unsuspend");
            links["deactivate"] = act("deactivate");
        }
        _ => links["activate"] = act("activate"),
    }
    let mut document = json!({
        "id": id, "status": status, "created": clock::text(created), "lastUpdated": clock::text(updated),
        "profile": {
            "displayName": serial, "platform": platform, "manufacturer": manufacturer, "model": model, "osVersion": version, "serialNumber": serial,
            "registered": true, "secureHardwarePresent": true, "diskEncryptionType": encryption, "authenticatorAppKey": random_text(device.chance ^ 1, 32)},
        "resourceType": "UDDevice", "resourceDisplayName": {"value": serial, "sensitive": false}, "resourceId": id, "resourceAlternateId": null, "_links": links});
    state.patched("okta_device", &id, &mut document);
    document
}

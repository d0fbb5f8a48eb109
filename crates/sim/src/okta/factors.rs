//! `/users/{id}/factors`: no paging, no user in the body, a shape per type.

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use crate::company::factors::{Factor, FactorType};
use crate::hash::{Purpose, draw};
use crate::ids::{Id, random_text};
use crate::json::Json;

/// `GET /users/{id}/factors`
pub fn list(context: &Context<'_>, user: &str) -> Answer {
    let i = super::users::find(context, user)?;
    let mut json = Json::with_capacity(4096);
    json.raw("[");
    for (n, factor) in context.state.factors(i).iter().enumerate() {
        if n > 0 {
            json.raw(",");
        }
        write(context, &mut json, i, &factor);
    }
    json.raw("]");
    Ok(Reply::document(json))
}

/// `GET /users/{id}/factors/{factor}`
pub fn get(context: &Context<'_>, user: &str, id: &str) -> Answer {
    let i = super::users::find(context, user)?;
    let factors = context.state.factors(i);
    let factor = factors
        .iter()
        .find(|f| factor_id(context, i, f).as_str() == id)
        .ok_or_else(|| ApiError::not_found(id, "UserFactor"))?;
    let mut json = Json::with_capacity(1024);
    write(context, &mut json, i, &factor);
    Ok(Reply::document(json))
}

fn factor_id(context: &Context<'_>, i: u32, factor: &Factor) -> Id {
    context.state.company.ids.id(
        factor.factor_type.kind(),
        u64::from(i) * 8 + u64::from(factor.slot),
    )
}

fn write(context: &Context<'_>, json: &mut Json, i: u32, factor: &Factor) {
    let id = factor_id(context, i, factor);
    let user = context.state.company.ids.user(i);
    let (provider, vendor) = factor.factor_type.provider();
    json.raw("{\"id\":\"")
        .id(&id)
        .raw("\",\"factorType\":\"")
        .raw(factor.factor_type.as_str())
        .raw("\",\"provider\":\"")
        .raw(provider);
    json.raw("\",\"vendorName\":\"")
        .raw(vendor)
        .raw("\",\"status\":\"")
        .raw(factor.status)
        .raw("\",\"created\":")
        .time(factor.created);
    json.raw(",\"lastUpdated\":")
        .time(factor.last_updated)
        .raw(",\"profile\":{");
    write_profile(context, json, i, factor);
    json.raw("},\"_links\":{");
    let link = |json: &mut Json, name: &str, path: &str, allow: &str| {
        json.raw("\"")
            .raw(name)
            .raw("\":{\"href\":\"")
            .raw(context.base)
            .raw("/api/v1/users/")
            .id(&user);
        json.raw("/factors/")
            .id(&id)
            .raw(path)
            .raw("\",\"hints\":{\"allow\":[")
            .raw(allow)
            .raw("]}},");
    };
    if factor.status == "PENDING_ACTIVATION" {
        link(json, "activate", "/lifecycle/activate", "\"POST\"");
    }
    match factor.factor_type {
        FactorType::Question => {
            json.raw("\"questions\":{\"href\":\"")
                .raw(context.base)
                .raw("/api/v1/users/")
                .id(&user)
                .raw("/factors/questions\",\"hints\":{\"allow\":[\"GET\"]}},");
        }
        _ if factor.status == "ACTIVE" => link(json, "verify", "/verify", "\"POST\""),
        _ => {}
    }
    link(json, "self", "", "\"GET\",\"DELETE\"");
    json.raw("\"user\":{\"href\":\"")
        .raw(context.base)
        .raw("/api/v1/users/")
        .id(&user)
        .raw("\",\"hints\":{\"allow\":[\"GET\"]}}}}");
}

fn write_profile(context: &Context<'_>, json: &mut Json, i: u32, factor: &Factor) {
    let chance = draw(
        context.state.company.seed,
        Purpose::FactorDetail,
        (u64::from(i) * 8 + u64::from(factor.slot)) | 1 << 40,
    );
    let mut address = String::new();
    context.state.write_address(i, &mut address);
    let device = |json: &mut Json| {
        let (kind, platform, version) = [
            ("SmartPhone_IPhone", "IOS", "18.3.2"),
            ("SmartPhone_Android", "ANDROID", "15"),
        ][(chance % 2) as usize];
        json.raw("\"credentialId\":\"")
            .raw(&address)
            .raw("\",\"deviceType\":\"")
            .raw(kind)
            .raw("\",\"name\":\"")
            .raw(&random_text(chance, 8));
        json.raw("\",\"platform\":\"")
            .raw(platform)
            .raw("\",\"version\":\"")
            .raw(version)
            .raw("\"");
    };
    match factor.factor_type {
        FactorType::Sms | FactorType::Call => {
            json.raw("\"phoneNumber\":\"+49151")
                .number(1_000_000 + chance % 9_000_000)
                .raw("\"");
        }
        FactorType::Totp | FactorType::GoogleTotp => {
            json.raw("\"credentialId\":\"").raw(&address).raw("\"");
        }
        FactorType::Push => device(json),
        FactorType::SignedNonce => {
            device(json);
            json.raw(",\"keys\":[");
            for (n, usage) in ["proofOfPossession", "userVerification"].iter().enumerate() {
                let key = chance.wrapping_add(n as u64 + 1);
                json.raw(if n > 0 { "," } else { "" })
                    .raw("{\"kty\":\"EC\",\"use\":\"sig\",\"kid\":\"default\",\"jwkType\":\"")
                    .raw(usage);
                json.raw("\",\"x\":\"")
                    .raw(&random_text(key, 43))
                    .raw("\",\"y\":\"")
                    .raw(&random_text(!key, 43))
                    .raw("\",\"crv\":\"P-256\"}");
            }
            json.raw("]");
        }
        FactorType::Webauthn => {
            let name =
                ["MacBook Touch ID", "YubiKey 5 Series", "Windows Hello"][(chance % 3) as usize];
            json.raw("\"credentialId\":\"")
                .raw(&random_text(chance, 43))
                .raw("\",\"authenticatorName\":\"")
                .raw(name)
                .raw("\"");
        }
        FactorType::Question => {
            json.raw("\"question\":\"disliked_food\",\"questionText\":\"Which dish would you never order again?\"");
        }
        FactorType::Email => {
            json.raw("\"email\":\"").raw(&address).raw("\"");
        }
    }
}

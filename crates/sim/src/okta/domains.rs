//! `/domains`: wrapped, and without the DNS records, which only the single domain has.

use serde_json::{Value, json};

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use crate::hash::{Purpose, draw};
use crate::ids::{Kind, random_text};

/// `GET /domains`
pub fn list(context: &Context<'_>) -> Answer {
    let count = context.state.company.domains().len();
    let domains: Vec<Value> = (0..count).map(|n| document(context, n, false)).collect();
    Ok(Reply::value(&json!({"domains": domains})))
}

/// `GET /domains/{id}`
pub fn get(context: &Context<'_>, id: &str) -> Answer {
    let count = context.state.company.domains().len();
    let n = (0..count)
        .find(|n| context.state.company.domain_id(*n) == id)
        .ok_or_else(ApiError::no_domain)?;
    Ok(Reply::value(&document(context, n, true)))
}

/// The document of a domain; alone, it tells the DNS records.
pub fn document(context: &Context<'_>, n: usize, alone: bool) -> Value {
    let company = &context.state.company;
    let domain = &company.domains()[n];
    let (id, base) = (company.domain_id(n), context.base);
    let brand = company.ids.id(Kind::Brand, n as u64);
    let allow = if n == 0 {
        json!(["GET"])
    } else {
        json!(["GET", "DELETE"])
    };
    let mut document = json!({
        "id": id, "domain": domain.name, "certificateSourceType": domain.certificate, "validationStatus": domain.validation, "brandId": brand.as_str(),
        "_links": {
            "self": {"href": format!("{base}/api/v1/domains/{id}"), "hints": {"allow": allow}},
            "brand": {"href": format!("{base}/api/v1/brands/{brand}"), "hints": {"allow": ["GET", "PUT", "DELETE"]}}}});
    if alone && n > 0 {
        let proof = random_text(draw(company.seed, Purpose::Secret, n as u64 | 1 << 45), 32);
        document["dnsRecords"] = json!([
            {"recordType": "TXT", "fqdn": format!("_oktaverification.{}", domain.name), "values": [proof]},
            {"recordType": "CNAME", "fqdn": domain.name, "values": ["acme.customdomains.okta.example"]}]);
        document["_links"]["verify"] = json!({"href": format!("{base}/api/v1/domains/{id}/verify"), "hints": {"allow": ["POST"]}});
    }
    context.state.patched("okta_domain", &id, &mut document);
    document
}

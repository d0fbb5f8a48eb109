//! Where sign-ins come from: zones, origins, what is unusual, what is attacked, and the agents in the own network.

use serde_json::{Value, json};

use super::{Documents, Sheet, status};
use crate::company::applications::Mode;
use crate::ids::Kind;

/// `/zones`: three of the vendor's own; the offices are what policies and tokens name.
pub fn zones(sheet: &Sheet<'_>) -> Documents {
    let clean = sheet.state.company.clean;
    let addresses = |list: &[(&str, &str)]| -> Value {
        list.iter()
            .map(|(kind, value)| json!({"type": kind, "value": value}))
            .collect()
    };
    let mut zones = vec![
        (
            "LegacyIpZone",
            "IP",
            "POLICY",
            true,
            true,
            json!({"gateways": [], "proxies": []}),
        ),
        (
            "Offices",
            "IP",
            "POLICY",
            false,
            true,
            json!({"gateways": addresses(&[("CIDR", "198.51.100.0/24"), ("RANGE", "203.0.113.10-203.0.113.40")]), "proxies": null}),
        ),
        (
            "BlockedIpZone",
            "IP",
            "BLOCKLIST",
            true,
            true,
            json!({"gateways": addresses(&[("CIDR", "192.0.2.66/32")]), "proxies": []}),
        ),
        (
            "DefaultExemptIpZone",
            "IP",
            "POLICY",
            true,
            true,
            json!({"gateways": [], "proxies": [], "useAsExemptList": true}),
        ),
        (
            "Countries without offices",
            "DYNAMIC",
            "POLICY",
            false,
            true,
            json!({"locations": [{"country": "AF", "region": null}, {"country": "UA", "region": "UA-26"}], "proxyType": null, "asns": []}),
        ),
    ];
    if clean {
        zones.push((
            "Anonymisers",
            "DYNAMIC_V2",
            "BLOCKLIST",
            false,
            true,
            json!({"locations": {"include": [], "exclude": []}, "asns": {"include": [], "exclude": []},
                "ipServiceCategories": {"include": ["ALL_ANONYMIZERS"], "exclude": ["SURFSHARK_VPN"]}}),
        ));
    } else {
        zones.push((
            "Old remote access",
            "IP",
            "POLICY",
            false,
            false,
            json!({"gateways": addresses(&[("CIDR", "0.0.0.0/1")]), "proxies": addresses(&[("CIDR", "192.0.2.0/25")])}),
        ));
    }
    let built = zones.into_iter().enumerate().map(|(n, (name, kind, usage, system, active, more))| {
        let id = sheet.id(Kind::Zone, n as u64);
        let mut zone = json!({
            "type": kind, "id": id, "name": name, "status": status(active), "usage": usage, "system": system,
            "created": sheet.before(900 - n as i64), "lastUpdated": sheet.before(400 - 50 * n as i64),
            "_links": sheet.life(&format!("zones/{id}"), active)});
        crate::state::overlay(&mut zone, more);
        (id, zone)
    });
    built.collect()
}

/// `/trustedOrigins`
pub fn trusted_origins(sheet: &Sheet<'_>) -> Documents {
    let mut origins = vec![
        (
            "Intranet",
            "https://intranet.acme-industries.example",
            &["CORS", "REDIRECT"][..],
            true,
        ),
        (
            "Customer portal",
            "https://portal.acme-industries.example",
            &["CORS"],
            true,
        ),
    ];
    if !sheet.state.company.clean {
        origins.push((
            "Developers",
            "http://localhost:3000",
            &["CORS", "REDIRECT"],
            true,
        ));
        origins.push((
            "Old campaign",
            "http://spring.acme-industries.example",
            &["REDIRECT"],
            false,
        ));
    }
    let built = origins.into_iter().enumerate().map(|(n, (name, origin, scopes, active))| {
        let id = sheet.id(Kind::TrustedOrigin, n as u64);
        let scopes: Value = scopes.iter().map(|scope| json!({"type": scope})).collect();
        let by = sheet.administrator(n as u64);
        let document = json!({
            "id": id, "name": name, "origin": origin, "scopes": scopes, "status": status(active),
            "created": sheet.before(500 - 40 * n as i64), "createdBy": by, "lastUpdated": sheet.before(200 - 30 * n as i64), "lastUpdatedBy": by,
            "_links": sheet.life(&format!("trustedOrigins/{id}"), active)});
        (id, document)
    });
    built.collect()
}

/// `/behaviors`: with moments in a form of their own.
pub fn behaviors(sheet: &Sheet<'_>) -> Documents {
    let place = |granularity: &str| json!({"minEventsNeededForEvaluation": 0, "maxEventsUsedForEvaluation": 20, "granularity": granularity});
    let counted =
        |most: u32| json!({"minEventsNeededForEvaluation": 0, "maxEventsUsedForEvaluation": most});
    let mut near = place("LAT_LONG");
    near["radiusKilometers"] = json!(20.0);
    let behaviors = [
        ("New City", "ANOMALOUS_LOCATION", place("CITY")),
        ("New State", "ANOMALOUS_LOCATION", place("SUBDIVISION")),
        ("New Country", "ANOMALOUS_LOCATION", place("COUNTRY")),
        ("New Geo-Location", "ANOMALOUS_LOCATION", near),
        ("New Device", "ANOMALOUS_DEVICE", counted(20)),
        ("New IP", "ANOMALOUS_IP", counted(50)),
        ("Velocity", "VELOCITY", json!({"velocityKph": 805})),
        ("New Device, administrators", "ANOMALOUS_DEVICE", counted(5)),
        ("New IP, administrators", "ANOMALOUS_IP", counted(5)),
        (
            "Faster than a train",
            "VELOCITY",
            json!({"velocityKph": 320}),
        ),
        (
            "New Country, partners",
            "ANOMALOUS_LOCATION",
            place("COUNTRY"),
        ),
        ("New Device, partners", "ANOMALOUS_DEVICE", counted(3)),
    ];
    let clean = sheet.state.company.clean;
    let built = behaviors.into_iter().enumerate().map(|(n, (name, kind, settings))| {
        let id = sheet.id(Kind::Behavior, n as u64);
        let active = clean || n != 9;
        let document = json!({
            "id": id, "name": name, "status": status(active), "settings": settings, "type": kind,
            "created": sheet.before_in_words(700), "lastUpdated": sheet.before_in_words(300 - 10 * n as i64),
            "_links": sheet.life(&format!("behaviors/{id}"), active)});
        (id, document)
    });
    built.collect()
}

/// `/threats/configuration`
pub fn threat_insight(sheet: &Sheet<'_>) -> Documents {
    let clean = sheet.state.company.clean;
    let exempt = if clean {
        json!([])
    } else {
        json!([sheet.id(Kind::Zone, 1)])
    };
    let document = json!({
        "action": if clean { "block" } else { "audit" }, "excludeZones": exempt, "created": sheet.before(800), "lastUpdated": sheet.before(90),
        "_links": {"self": sheet.link("threats/configuration", &["GET", "POST"])}});
    vec![(String::new(), document)]
}

/// `/agentPools`: the directory has one, with the directory's own identifier.
pub fn agent_pools(sheet: &Sheet<'_>) -> Documents {
    let state = sheet.state;
    let directories = (0..state.applications.len()).filter(|a| {
        state.company.applications[*a].mode == Mode::Directory && !state.applications[*a].gone
    });
    let built = directories.map(|a| {
        let id = state.company.ids.application(a).to_string();
        let agents: Vec<Value> = (0..3)
            .map(|n| {
                let down = n == 2 && !state.company.clean;
                json!({
                    "id": sheet.id(Kind::Agent, (a as u64) << 8 | n), "poolId": id, "name": format!("AD-AGENT-{n:02}"), "type": "AD",
                    "version": if down { "3.11.0" } else { "3.22.0" }, "operationalStatus": if down { "DISRUPTED" } else { "OPERATIONAL" },
                    "isHidden": false, "isLatestGAedVersion": !down, "lastConnection": (state.company.epoch - 60 * n as i64) * 1000})
            })
            .collect();
        let down = u32::from(!state.company.clean);
        let document = json!({
            "id": id, "name": state.applications[a].label, "type": "AD", "operationalStatus": if down > 0 { "DEGRADED" } else { "OPERATIONAL" },
            "disruptedAgents": down, "inactiveAgents": 0, "agents": agents});
        (id, document)
    });
    built.collect()
}

//! Mistakes in what a provider has once: its `provider.toml`, and the log it keeps.

use super::mistakes::{ACME, listed, problems};

#[test]
fn every_mistake_in_a_provider_file_is_told_at_once() {
    let text = r#"title = "Acme"
description = "A vendor."
endpoint = ["{base}", "https://{region"]

[settings.types]
label = "Types"
help = "Which."
example = "a"

[settings.base_url]
label = "Address"
help = "Where it is."
example = "https://acme.example"
check = "origin"
default = "acme"

[settings.region]
label = "Region"
help = "Where the data is."
example = "us"
default = "uk"
choices = { us = "acme.example", eu = "eu.acme.example" }

[secrets.key]
label = "Key"
help = "From the console."
multiline = "yes"

[headers]
"x org" = "{organization}"

[spelling]
ignore_case = "yes"
ignore = true

[[authentication]]
kind = "client_credentials"
title = "Service account"
token_address = "{base_url}/{token}"
client_id = "{client}"
scope = "api"

[[authentication]]
kind = "private_key_jwt"
title = "Service application"
token_address = "{base_url}/token"
client_id = "{key}"
private_key = "kee"
key_id = "kid"

[[authentication]]
kind = "header"
title = "Key"
name = "X Key"
value = "{key}"

[rate_limit]
concurrency = 0.5

[[organisation]]
path = "/org/{id}"
id = "a..b"

[[errors]]
means = "gone"

[features.always]
title = "Always"
path = "/well-known"
field = ""
equals = "x"
"#;
    insta::assert_snapshot!(problems(&[("acme/provider.toml", text)]));
}

#[test]
fn one_way_to_authenticate_of_each_kind_is_needed() {
    let (before, way) = ACME.split_once("[[authentication]]").unwrap();
    let twice = format!("{ACME}[[authentication]]{way}");
    let told = [before, &twice].map(|text| problems(&[("acme/provider.toml", text)]));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn every_mistake_in_a_log_file_is_told_at_once() {
    let log = r#"table = "acme_log"
title = "Acme Log"
retention = "ninety days"
bucket = "logs"
colour = "red"
[follow]
kind = "search_after"
endpoint = ["{base}", "https://api.acme.example"]
path = "/events/{since}"
body = '["service"]'
limit = "many"
lag = "a bit"
until = "now"
[fields]
time = "a..b"
activity = ["type", "kind"]
place = "city"
[fields.actor]
id = "actor.id"
email = "actor.email"
[[hints]]
activities = ["user.*"]
type = "acme_usr"
key = ["User"]
[[hints]]
activities = ["thing.*"]
type = "acme_thing"
key = ["Thing", "Other"]
colour = "red"
[[hints]]
key = ["Thing"]
"#;
    let other = r#"table = "acme_log"
title = "Acme Log"
description = "What happened."
retention = "90d"
bucket = "logs"
[follow]
kind = "poling_link"
[webhook]
events = "data.events[]"
challenge = "x-challenge"
colour = "red"
[fields]
id = "id"
time = "time"
activity = "{kind}"
[[hints]]
activities = ["thing.*"]
type = "acme_thing"
key = ["Thing"]
parent = ["Other"]
[[hints]]
activities = ["thing.*"]
type = "acme_thing"
parent = ["Other"]
"#;
    let neither = r#"table = "acme_log"
title = "Acme Log"
description = "What happened."
"#;
    let thing = listed("path = \"/things\"\n");
    let mut told = String::new();
    for log in [log, other, neither] {
        told += &problems(&[
            ("acme/provider.toml", ACME),
            ("acme/resources/acme_thing.toml", &thing),
            ("acme/audit.toml", log),
        ]);
        told.push('\n');
    }
    insta::assert_snapshot!(told);
}

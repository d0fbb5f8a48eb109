//! Every kind of mistake, each with file, line and remedy, all at once.

use std::{collections::BTreeMap, fs};

use crate::{definition::lint, problem::Problem, read};

const GOOD: &str = r#"title = "Thing"
description = "A thing."
key = ["id"]
[list]
path = "/things"
bucket = "things"
[columns]
id = "string!"
name = "string"
"#;

/// What is wrong with these files, laid over the shipped ones.
pub fn problems(files: &[(&str, &str)]) -> String {
    let added = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect::<BTreeMap<_, _>>();
    let (_, mut found) = read::read_all(&read::overlay(read::embedded_files(), added));
    found.sort();
    found.iter().map(|problem| format!("{problem}\n")).collect()
}

/// A provider with one setting that is always there and one that is not.
pub const ACME: &str = r#"title = "Acme"
description = "A vendor."
endpoint = "https://acme.example"
[settings.path]
label = "Path"
help = "Where users are."
example = "/users"
default = "/users"
check = "path"
[settings.org]
label = "Organisation"
help = "Which."
example = "o"
required = false
[secrets.key]
label = "Key"
help = "From the console."
[[authentication]]
kind = "header"
title = "Key"
name = "x-key"
value = "{key}"
"#;

/// A resource file of Acme's with this `[list]`, and what else follows.
pub fn listed(list: &str) -> String {
    format!(
        "title = \"Thing\"\ndescription = \"A thing.\"\nkey = [\"id\"]\n[columns]\nid = \"string!\"\nname = \"string\"\n[list]\nbucket = \"things\"\n{list}"
    )
}

/// What is wrong with files of Acme's, given by their names.
fn problems_of_acme(files: &[(&str, &str)]) -> String {
    let mut all = vec![("acme/provider.toml".to_owned(), ACME)];
    let paths = files
        .iter()
        .map(|(name, text)| (format!("acme/resources/acme_{name}.toml"), *text));
    all.extend(paths);
    let all: Vec<(&str, &str)> = all
        .iter()
        .map(|(path, text)| (path.as_str(), *text))
        .collect();
    problems(&all)
}

#[test]
fn a_good_file_has_none() {
    assert_eq!(problems(&[("okta/resources/okta_thing.toml", GOOD)]), "");
}

#[test]
fn every_mistake_in_a_resource_file_is_told_at_once() {
    let text = r#"title = "Thing"
key = ["idd", "shape"]
volatile = ["nmae"]
hot = ["name"]
redact = ["a..b"]
requires = "identity_engin"
colour = "red"

[parent]
type = "okta_grop"
columns = ["groupId"]

[list]
path = "/things/{groupID}/{"
paging = "lnik"
refresh = "a while"
[list.where]
type = "X"

[marker]
path = "lastUpdated"

[same_as]
type = "okta_usr"
column = "uid"

[columns]
id = "sting!"
name = "string"
Name = "boolean"
tags = ["string", "string"]
empty = {}
number = 3
[columns.shape]
side = "integer"

[computed.name]
type = "string"
exists = "okta_facto"

[references]
"shape.sid" = "okta_user"
name = ["okta_user", "okta_nobody"]

[explained]
nothing = "why"
"#;
    insta::assert_snapshot!(problems(&[("okta/resources/okta_thing.toml", text)]));
}

#[test]
fn ties_to_other_files_are_checked() {
    let member = r#"title = "Thing"
description = "A thing."
key = ["id"]
[parent]
type = "okta_group"
columns = ["groupId", "id"]
[list]
path = "/things/{groupId}"
bucket = "things"
single = true
items = "x"
[list.where]
typ = ["X"]
[marker]
path = "lastMembershipUpdate"
vendor_says = "so"
[derive]
parents = "okta_everybody"
from = "okta_users"
[columns]
groupId = "string!"
id = "string!"
[computed.there]
type = "boolean"
exists = "okta_factor"
on = { userID = "identity" }
filter = { state = "ACTIVE" }
"#;
    insta::assert_snapshot!(problems(&[("okta/resources/okta_thing.toml", member)]));
}

#[test]
fn mistakes_around_resource_files_are_told() {
    let child = GOOD.replace(
        "[list]",
        "[parent]\ntype = \"okta_b\"\ncolumns = [\"id\"]\n[list]",
    );
    let other = child.replace("okta_b", "okta_a");
    insta::assert_snapshot!(problems(&[
        (
            "okta/resources/okta_user_type.toml",
            "title = \"x\ntitle = \"y\"\n"
        ),
        ("okta/resources/thing.toml", GOOD),
        ("okta/resources/okta_Thing.toml", GOOD),
        ("okta/resources/okta_a.toml", &child),
        ("okta/resources/okta_b.toml", &other),
        (
            "okta/queries/okta_new.toml",
            "title = \"New\"\nsq = \"SELECT 1\"\n"
        ),
        ("otka/resources/otka_thing.toml", GOOD),
        (
            "acme/provider.toml",
            "title = \"Acme\"\n[[authentication]]\nkind = \"haeder\"\nname = \"a b\"\nvalue = \"{token}\"\n[rate_limit]\nshare = 3\n[[errors]]\nmeans = \"gonne\"\nstatus = \"4x\"\n[settings.url]\ncheck = \"orign\"\n"
        ),
        (
            "acme/queries/okta_policy_rule_count.toml",
            "title = \"a\"\ndescription = \"b\"\nsql = \"SELECT 1\"\ncolumns = [\"a\"]\n"
        ),
    ]));
}

#[test]
fn what_a_resource_file_lacks_and_paths_that_lead_nowhere_are_told() {
    let paths = r#"title = "Thing"
description = "A thing."
key = ["id"]
label = "owner[].id"
volatile = ["id[]", "tags.first", "id.first", "owner.name[]"]
join = "more"
[list]
path = "/things"
bucket = "things"
[columns]
id = "string!"
tags = ["string"]
owner = { id = "string", name = "string" }
"#;
    insta::assert_snapshot!(problems(&[
        ("acme/provider.toml", ACME),
        (
            "acme/resources/acme_empty.toml",
            "title = \"Empty\"\ndescription = 3\n"
        ),
        ("acme/resources/acme_paths.toml", paths),
        ("acme/resources/notes.md", "# Notes\n"),
    ]));
}

#[test]
fn mistakes_in_paging_are_told() {
    let bad = [
        (
            "a",
            "path = \"/a?limit=1\"\npaging = \"skip\"\ntotal = \"total\"\ntotal_header = \"x-total\"\n",
        ),
        (
            "b",
            "path = \"/b?limit=1&page=0\"\npaging = \"page\"\nitems = \"Data\"\ntotal = \"total\"\n",
        ),
        (
            "c",
            "path = \"/c\"\npaging = \"link\"\nparameter = \"offset\"\ntotal = \"n\"\ntotal_header = \"x-n\"\n",
        ),
        (
            "d",
            "path = \"/d?limit=100&skip=0\"\npaging = \"skip\"\nparameter = \"{offset}\"\nitems = \"{Data\"\n",
        ),
        ("e", "path = \"https://acme.example/e\"\nbare = \"yes\"\n"),
        ("f", "path = \"{org}/f\"\n[list.where]\ntype = \"X\"\n"),
        (
            "g",
            "path = \"/g\"\n[list.variants.kind]\nalways = [\"a\"]\nwith_x = [\"b\"]\ncolumn = \"sort\"\nnamed = { c = \"C\" }\n[list.variants.other]\nalways = [\"d\"]\n",
        ),
        (
            "h",
            "path = \"/h\"\n[marker]\npath = \"moved\"\nvendor_says = \"so\"\n[derive]\nparents = \"okta_everyone\"\nfrom = \"acme_a\"\n",
        ),
    ];
    let texts: Vec<(&str, String)> = bad
        .iter()
        .map(|(name, list)| (*name, listed(list)))
        .collect();
    let files: Vec<(&str, &str)> = texts
        .iter()
        .map(|(name, text)| (*name, text.as_str()))
        .collect();
    insta::assert_snapshot!(problems_of_acme(&files));
}

#[test]
fn mistakes_in_reading_again_and_in_details_are_told() {
    let text = listed(
        "path = \"/things\"\nrefresh = \"1 fortnight\"\n[read]\npath = \"things/{uid}/{org}\"\nbucket = \"x\"\n[detail]\npath = \"/things/{nmae}\"\nrefresh = \"soon\"\n[[join]]\npath = \"/things/{id}\"\ninto = \"more\"\n",
    );
    let variant = listed(
        "path = \"/things/{kind}\"\n[list.variants.kind]\nalways = [\"a\"]\n[read]\npath = \"/things/{kind}/{id}\"\n",
    );
    let nothing = listed("path = \"/things\"\n[read]\n");
    insta::assert_snapshot!(problems_of_acme(&[
        ("thing", &text),
        ("variant", &variant),
        ("nothing", &nothing),
    ]));
}

#[test]
fn mistakes_in_columns_that_are_read_otherwise_are_told() {
    let text = r#"title = "Thing"
description = "A thing."
key = ["id"]
leave_out = ["name", "owner"]
[list]
path = "/things"
bucket = "things"
[columns]
id = "string! from _id | id"
name = "string from name, unversioned"
place = "string from path | , unversioned"
href = "string from link.href, tial"
title = "string from a b|c..d"
[columns.inner]
deep = "string from a | b"
tail = "string from x, tail"
own = "string from ..x"
"#;
    insta::assert_snapshot!(problems_of_acme(&[("thing", text)]));
}

#[test]
fn mistakes_in_computed_columns_are_told() {
    let text = r#"title = "Thing"
description = "A thing."
key = ["id"]
[list]
path = "/things"
bucket = "things"
[columns]
id = "string!"
[computed.groups]
type = "boolean"
from = ["okta_group_member", "okta_grup"]
on = { userId = "id" }
value = "groupID"
[computed.devices]
type = ["string"]
from = ["okta_device_user"]
on = { userId = "uid" }
[computed.organisationId]
type = ["string"]
organisation = "url"
[computed.organisationName]
type = "integer"
organisation = "name"
on = { a = "id" }
"#;
    insta::assert_snapshot!(problems_of_acme(&[("thing", text)]));
}

#[test]
fn a_folder_is_linted_with_the_shipped_providers() {
    let folder = tempfile::tempdir().unwrap();
    let resources = folder.path().join("okta/resources");
    fs::create_dir_all(&resources).unwrap();
    fs::write(resources.join("okta_thing.toml"), GOOD).unwrap();
    assert_eq!(lint(folder.path()), []);
    fs::write(
        resources.join("okta_thing.toml"),
        GOOD.replace("bucket", "buckte"),
    )
    .unwrap();
    let expected = |line: usize, message: &str, remedy: &str| Problem {
        file: "okta/resources/okta_thing.toml".to_owned(),
        line,
        message: message.to_owned(),
        remedy: remedy.to_owned(),
    };
    assert_eq!(
        lint(folder.path()),
        [
            expected(4, "[list] lacks `bucket`", "add `bucket = \"...\"`"),
            expected(
                6,
                "unknown key `buckte` in [list]",
                "did you mean `bucket`?"
            ),
        ]
    );
    assert_eq!(lint(&folder.path().join("nowhere")).len(), 1);
}

#[test]
fn a_provider_with_its_own_file_replaces_the_shipped_one() {
    let folder = tempfile::tempdir().unwrap();
    let okta = folder.path().join("okta");
    fs::create_dir_all(okta.join("resources")).unwrap();
    fs::write(okta.join("resources/okta_thing.toml"), GOOD).unwrap();
    let shipped = read::embedded_files();
    fs::write(okta.join("provider.toml"), &shipped["okta/provider.toml"]).unwrap();
    for named in [folder.path(), okta.as_path()] {
        let catalogue = crate::Catalogue::embedded()
            .unwrap()
            .with_folder(named)
            .unwrap();
        let okta = catalogue.provider("okta").unwrap();
        let names: Vec<&str> = okta.resources.iter().map(|file| file.name()).collect();
        assert_eq!(names, ["okta_thing"]);
        assert!(catalogue.providers.len() > 1, "the other providers stay");
        assert_eq!(crate::Catalogue::load(named).unwrap().providers.len(), 1);
    }
}

#[test]
fn every_mistake_in_a_rule_file_is_told_at_once() {
    let text = r#"id = "okta 1"
title = "A rule"
severity = "sever"
judges = "okta_usr"
applies = "status = 'ACTIVE'"
shows = "status"
colour = "red"

[[frameworks]]
framework = "NIST"

[[samples]]
name = "one"
verdict = "failed"
now = "today"
[samples.states]
okta_facto = "complete"
okta_factor = "fine"
[samples.documents]
okta_user = ['not json', '[]']
okta_factor = ['{"id": "f1"}']
okta_group = 3
"#;
    let again = r#"id = "OKTA-098"
title = "Another"
why = "It has the id of a shipped one."
severity = "low"
judges = "okta_user"
breaks = "status = 'X'"
shows = ["status"]
remediation = ["Nothing."]
[[samples]]
name = "one"
verdict = "fail"
[samples.documents.okta_user]
00u1 = ['{"id": "f1"}']
[[samples]]
name = "two"
verdict = "pass"
[samples.documents]
okta_group = ['{"id": "g1"}']
"#;
    insta::assert_snapshot!(problems(&[
        ("okta/rules/wrong.toml", text),
        ("okta/rules/zz_again.toml", again),
    ]));
}

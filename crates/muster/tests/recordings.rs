//! Every recorded answer of a type we have decodes, without a warning that its resource file does not explain.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::{fs, path::Path};

use muster::command::decode::decode;
use muster_provider::Catalogue;
use serde_json::Value;

/// Recordings, and the type they are of.
const RECORDINGS: [(&str, &str); 29] = [
    ("okta_application_get", "okta_application"),
    ("okta_application_group", "okta_application_group"),
    ("okta_application_group_get", "okta_application_group"),
    ("okta_application_list", "okta_application"),
    ("okta_application_user", "okta_application_user"),
    ("okta_application_user_get", "okta_application_user"),
    ("okta_domain_get", "okta_domain"),
    ("okta_domain_list", "okta_domain"),
    ("okta_feature_get", "okta_feature"),
    ("okta_feature_list", "okta_feature"),
    ("okta_group_get", "okta_group"),
    ("okta_group_list", "okta_group"),
    ("okta_group_member", "okta_group_member"),
    ("okta_group_rule_get", "okta_group_rule"),
    ("okta_group_rule_list", "okta_group_rule"),
    ("okta_organization", "okta_organization"),
    ("okta_policy_get", "okta_policy"),
    ("okta_policy_list", "okta_policy"),
    (
        "okta_policy_mapped_application",
        "okta_policy_mapped_application",
    ),
    ("okta_policy_rule_get", "okta_policy_rule"),
    ("okta_policy_rule_list", "okta_policy_rule"),
    ("okta_profile_mapping_get", "okta_profile_mapping"),
    ("okta_profile_mapping_list", "okta_profile_mapping"),
    ("okta_user_factor_get", "okta_factor"),
    ("okta_user_factor_list", "okta_factor"),
    ("okta_user_get", "okta_user"),
    ("okta_user_list", "okta_user"),
    ("okta_user_type_get", "okta_user_type"),
    ("okta_user_type_list", "okta_user_type"),
];

/// What the path of a recorded answer ends in when it is of another type than its recording: the security questions
/// that a user could enrol, which have no id and are no factors.
const OTHER_ANSWERS: [&str; 1] = ["/factors/questions"];

#[test]
fn every_recorded_answer_decodes_without_an_unexplained_warning() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings");
    if !folder.is_dir() {
        eprintln!("SKIPPED: there are no recordings at {}", folder.display());
        return;
    }
    let catalogue = Catalogue::embedded().unwrap();
    let mut problems = Vec::new();
    let mut decoded_answers = 0;
    for (recording, resource_type) in RECORDINGS {
        let file = catalogue.resource_type(resource_type).unwrap();
        let text = fs::read_to_string(folder.join(format!("{recording}.json"))).unwrap();
        let recorded: Value = serde_json::from_str(&text).unwrap();
        for answer in recorded["responses"].as_array().unwrap() {
            let url = answer["url"].as_str().unwrap_or_default();
            let is_other = OTHER_ANSWERS.iter().any(|end| url.ends_with(end));
            if answer["status"] != 200 || is_other {
                continue;
            }
            let decoded = decode(file, &answer["body"].to_string()).unwrap();
            assert_eq!(
                decoded.batch.num_rows() + decoded.failures.len(),
                decoded.items
            );
            decoded_answers += 1;
            let said = decoded.warnings.into_iter().chain(decoded.failures);
            problems.extend(said.map(|said| format!("{recording}: {said}")));
        }
    }
    problems.sort();
    problems.dedup();
    assert_eq!(problems, Vec::<String>::new());
    assert!(decoded_answers > 500, "only {decoded_answers} answers");
}

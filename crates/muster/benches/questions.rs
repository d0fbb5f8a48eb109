//! `questions FOLDER`: the six questions of `docs/benchmarks.md` over a data folder, each asked six times; one JSON
//! object on standard output. `cargo xtask bench query` makes the folder.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "its result")]

use std::{fs, path::PathBuf, sync::Arc, time::Instant};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use futures::StreamExt as _;
use muster_control::Folder;
use muster_ledger::local_archive;
use muster_model::Principal;
use muster_office::Register;
use muster_provider::Catalogue;
use muster_query::{Engine, EngineOptions, Request};
use serde_json::{Value, json};

const TEXTS: [&str; 14] = [
    "id",
    "status",
    "profile.login",
    "profile.email",
    "profile.firstName",
    "profile.lastName",
    "profile.displayName",
    "profile.department",
    "profile.city",
    "profile.title",
    "profile.employeeNumber",
    "profile.mobilePhone",
    "credentials.provider.type",
    "credentials.provider.name",
];

fn questions(email: &str, needle: &str) -> Vec<(&'static str, String)> {
    let contains = TEXTS.map(|text| format!("{text} LIKE '%{needle}%'"));
    vec![
        (
            "Q1 count by status",
            "SELECT status, count(*) FROM okta_user GROUP BY status ORDER BY 2 DESC, 1".into(),
        ),
        (
            "Q2 status and date",
            "SELECT count(*) FROM okta_user WHERE status = 'ACTIVE' AND lastLogin < '2026-03-01T00:00:00Z'".into(),
        ),
        (
            "Q3 top 20 applications by active users",
            "SELECT a.label, count(*) AS n FROM okta_application_user s JOIN okta_user u ON u.id = s.id \
             JOIN okta_application a ON a.id = s.appId WHERE u.status = 'ACTIVE' \
             GROUP BY a.id, a.label ORDER BY n DESC, a.label LIMIT 20".into(),
        ),
        (
            "Q4 users in no application",
            "SELECT count(*) FROM okta_user u WHERE NOT EXISTS \
             (SELECT 1 FROM okta_application_user s WHERE s.id = u.id)".into(),
        ),
        (
            "Q5 one by e-mail",
            format!("SELECT id, profile.login FROM okta_user WHERE profile.email = '{email}'"),
        ),
        (
            "Q6 substring over all text",
            format!("SELECT count(*) FROM okta_user WHERE _raw LIKE '%{needle}%'"),
        ),
        (
            "Q6 the same, in fourteen named members",
            format!(
                "SELECT count(*) FROM okta_user WHERE {}",
                contains.join(" OR ")
            ),
        ),
    ]
}

fn main() {
    // Cargo adds `--bench`.
    let folder = std::env::args()
        .skip(1)
        .find(|word| !word.starts_with("--"))
        .map(PathBuf::from);
    let Some(folder) = folder else {
        return;
    };
    let asked = fs::read_to_string(folder.with_file_name("exports").join("asked.json")).unwrap();
    let asked: Value = serde_json::from_str(&asked).unwrap();
    let folder = Folder::new(folder);
    let catalogue = Catalogue::embedded().unwrap();
    let archive = local_archive(&folder).unwrap();
    let register = Register::open(&folder, &catalogue, archive).unwrap();
    let engine = Engine::new(EngineOptions::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut answers = serde_json::Map::new();
    let (email, needle) = (
        asked["email"].as_str().unwrap(),
        asked["needle"].as_str().unwrap(),
    );
    for (name, sql) in questions(email, needle) {
        let mut times = Vec::new();
        let mut rows = Vec::new();
        for _ in 0..6 {
            let begun = Instant::now();
            rows = runtime.block_on(ask(&engine, &register, &sql));
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        let first = times.remove(0);
        times.sort_by(f64::total_cmp);
        let answer = json!({ "milliseconds": times[2], "first": first, "rows": rows, "sql": sql });
        answers.insert(name.to_owned(), answer);
    }
    let memory = |name: &str| -> f64 {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<f64>()
            .unwrap()
            / 1024.0
    };
    println!(
        "{}",
        json!({
            "queries": answers,
            "anonymous_megabytes": memory("RssAnon:"),
            "mapped_megabytes": memory("RssFile:"),
            "peak_megabytes": memory("VmHWM:"),
        })
    );
}

async fn ask(engine: &Engine, register: &Register, sql: &str) -> Vec<Vec<String>> {
    let moment = Arc::new(register.now().unwrap());
    let request = Request::new(sql.to_owned());
    let mut answer = engine
        .query(&Principal::Owner, moment, request)
        .await
        .unwrap();
    let mut rows = Vec::new();
    while let Some(batch) = answer.next().await.transpose().unwrap() {
        let options = FormatOptions::default();
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| ArrayFormatter::try_new(column, &options).unwrap())
            .collect();
        for row in 0..batch.num_rows() {
            rows.push(
                columns
                    .iter()
                    .map(|column| column.value(row).to_string())
                    .collect(),
            );
        }
    }
    rows
}

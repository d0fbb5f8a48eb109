//! `events FOLDER COUNT`: so many events of a System Log taken in page by page as a log is followed, archived as they
//! come, and asked about; Markdown on standard output. `cargo xtask bench events` names folder and count.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "its result")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use futures::StreamExt as _;
use muster_collect::take_events;
use muster_control::{Control, ControlError, Folder, Integrations, NewIntegration};
use muster_ledger::{EVENTS_MIGRATION, EventKeeper, LedgerError, local_archive};
use muster_model::{AuditEvent, IntegrationId, Principal};
use muster_office::Register;
use muster_provider::Catalogue;
use muster_query::{Engine, EngineOptions, Request};

/// Events of one answer of the vendor.
const PAGE: u64 = 1000;
/// Pages taken in before the archive gets them.
const TURN: u64 = 20;
const PEOPLE: u64 = 20_000;
const DAYS: u64 = 30;
/// 2026-03-01T00:00:00Z, in milliseconds.
const START: i64 = 1_772_323_200_000;
const DAY: i64 = 24 * 60 * 60 * 1000;

const ACTIVITIES: [&str; 10] = [
    "user.authentication.sso",
    "user.session.start",
    "user.authentication.auth_via_mfa",
    "policy.evaluate_sign_on",
    "user.authentication.verify",
    "user.session.end",
    "user.account.update_profile",
    "group.user_membership.add",
    "application.user_membership.add",
    "user.lifecycle.deactivate",
];

fn main() {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, count] = words
        .iter()
        .filter(|word| !word.starts_with("--"))
        .collect::<Vec<_>>()[..]
    else {
        return;
    };
    let (path, count) = (PathBuf::from(folder), count.parse().unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(run(&path, count));
}

async fn run(path: &Path, count: u64) {
    let folder = Folder::new(path);
    fs::create_dir_all(path).unwrap();
    let catalogue = Catalogue::embedded().unwrap();
    let provider = catalogue.provider("okta").unwrap();
    let log = provider.audit_log.clone().unwrap();
    let migrations = [
        muster_ledger::MIGRATION,
        EVENTS_MIGRATION,
        muster_collect::MIGRATION,
    ];
    let mut control = Control::open(&folder, &migrations).unwrap();
    let integration = control.write(connect).unwrap();
    let archive = local_archive(&folder).unwrap();
    let mut keeper = EventKeeper::open(&folder, archive.clone()).unwrap();

    let now = START + DAYS as i64 * DAY;
    let (mut bytes, mut made) = (0_u64, 0.0);
    let begun = Instant::now();
    for page in 0..count.div_ceil(PAGE) {
        let making = Instant::now();
        let last = ((page + 1) * PAGE).min(count);
        let documents: Vec<String> = (page * PAGE..last)
            .map(|number| document(number, count))
            .collect();
        made += making.elapsed().as_secs_f64();
        let events: Vec<AuditEvent> = documents
            .iter()
            .map(|text| log.event(text).unwrap())
            .collect();
        bytes += documents.iter().map(|text| text.len() as u64).sum::<u64>();
        let taken = control.write(|transaction| -> Result<_, LedgerError> {
            take_events(transaction, &integration, provider, &log, &events, now)
        });
        assert_eq!(taken.unwrap(), last - page * PAGE);
        if page % TURN == TURN - 1 {
            keeper.keep(now, false).await.unwrap();
        }
    }
    keeper.keep(now, true).await.unwrap();
    let seconds = begun.elapsed().as_secs_f64() - made;
    let (kept, control_file) = (
        size(&path.join("archive")),
        size(path) - size(&path.join("archive")),
    );
    println!(
        "| events | bytes each, as told | seconds | events per second | archive, bytes each | control file, MB |"
    );
    println!("|---|---|---|---|---|---|");
    println!(
        "| {count} | {} | {seconds:.0} | {:.0} | {:.0} | {:.0} |\n",
        bytes / count,
        count as f64 / seconds,
        kept as f64 / count as f64,
        control_file as f64 / 1e6,
    );

    let register = Register::open(&folder, &catalogue, archive).unwrap();
    let engine = Engine::new(EngineOptions::default()).unwrap();
    println!("| question | milliseconds, median of 5 | rows |");
    println!("|---|---|---|");
    let day = "time >= '2026-03-11T00:00:00Z' AND time < '2026-03-12T00:00:00Z'";
    let questions = [
        (
            "count by activity and day, all of it",
            "SELECT date_trunc('day', time) AS day, activity, count(*) FROM okta_system_log GROUP BY 1, 2".to_owned(),
        ),
        (
            "count by activity of one day",
            format!("SELECT activity, count(*) FROM okta_system_log WHERE {day} GROUP BY 1"),
        ),
        (
            "one actor's events of one day, whole",
            format!("SELECT time, activity, event FROM okta_system_log WHERE actorId = '{}' AND {day} ORDER BY time", person(77)),
        ),
    ];
    for (name, sql) in questions {
        let (mut times, mut rows) = (Vec::new(), 0);
        for _ in 0..6 {
            let begun = Instant::now();
            rows = ask(&engine, &register, &sql).await;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        times.remove(0);
        times.sort_by(f64::total_cmp);
        println!("| {name} | {:.0} | {rows} |", times[2]);
    }
}

fn connect(transaction: &rusqlite::Transaction<'_>) -> Result<IntegrationId, ControlError> {
    let new = NewIntegration {
        provider: "okta".into(),
        name: "acme".into(),
        description: String::new(),
        tags: Vec::new(),
        settings: BTreeMap::from([("domain".into(), "https://example.okta.com".into())]),
        allow_insecure_endpoint: false,
        interval_seconds: 600,
    };
    Ok(Integrations(transaction).add(new, START)?.id)
}

fn person(number: u64) -> String {
    format!("00u{number:017}")
}

/// An entry as Okta documents it. Most people do little and some do much; the hours of the day are not told apart.
fn document(number: u64, count: u64) -> String {
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let time = START + (number as i128 * i128::from(DAYS as i64 * DAY) / i128::from(count)) as i64;
    let moment = humantime::format_rfc3339_millis(
        std::time::UNIX_EPOCH + std::time::Duration::from_millis(time as u64),
    );
    let someone = (mixed >> 33) % PEOPLE;
    let someone = someone * someone / PEOPLE;
    // Few large classes, many small ones: each activity is told half as often as the one before.
    let class = ((mixed >> 20) | 1 << 9).trailing_zeros() as usize;
    let activity = ACTIVITIES[class];
    let (actor, app) = (person(someone), mixed % 300);
    let outcome = if mixed.is_multiple_of(23) {
        "FAILURE"
    } else {
        "SUCCESS"
    };
    let (a, b) = ((mixed >> 8) % 250, (mixed >> 16) % 250);
    format!(
        r#"{{"actor":{{"id":"{actor}","type":"User","alternateId":"person{someone}@example.com","displayName":"Person {someone}","detailEntry":null}},"client":{{"userAgent":{{"rawUserAgent":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36","os":"Mac OS X","browser":"CHROME"}},"zone":"null","device":"Computer","id":null,"ipAddress":"203.{a}.{b}.{}","geographicalContext":{{"city":"Utrecht","state":"Utrecht","country":"Netherlands","postalCode":"3511","geolocation":{{"lat":52.09,"lon":5.12}}}}}},"device":null,"authenticationContext":{{"authenticationProvider":null,"credentialProvider":null,"credentialType":null,"issuer":null,"interface":null,"authenticationStep":0,"externalSessionId":"{mixed:016x}"}},"displayMessage":"{activity}","eventType":"{activity}","outcome":{{"result":"{outcome}","reason":null}},"published":"{moment}","securityContext":{{"asNumber":1136,"asOrg":"example","isp":"example","domain":"example.net","isProxy":false}},"severity":"INFO","debugContext":{{"debugData":{{"requestId":"{:016x}","dtHash":"{:032x}","requestUri":"/app/{app}/sso/saml","url":"/app/{app}/sso/saml?"}}}},"legacyEventType":null,"transaction":{{"type":"WEB","id":"{:016x}","detail":{{}}}},"uuid":"{:08x}-0000-4000-8000-{number:012x}","version":"0","request":{{"ipChain":[{{"ip":"203.{a}.{b}.1","geographicalContext":null,"version":"V4","source":null}}]}},"target":[{{"id":"0oa{app:017}","type":"AppInstance","alternateId":"Application {app}","displayName":"Application {app}","detailEntry":null}},{{"id":"{actor}","type":"User","alternateId":"person{someone}@example.com","displayName":"Person {someone}","detailEntry":null}}]}}"#,
        number % 250,
        mixed.rotate_left(7),
        u128::from(mixed) << 31,
        mixed.rotate_left(19),
        mixed as u32,
    )
}

async fn ask(engine: &Engine, register: &Register, sql: &str) -> usize {
    let moment = Arc::new(register.now().unwrap());
    let mut answer = engine
        .query(&Principal::Owner, moment, Request::new(sql.to_owned()))
        .await
        .unwrap();
    let mut rows = 0;
    while let Some(batch) = answer.next().await.transpose().unwrap() {
        rows += batch.num_rows();
    }
    rows
}

fn size(path: &Path) -> u64 {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() {
                size(&entry.path())
            } else {
                metadata.len()
            }
        })
        .sum()
}

//! From the vendor's change to the row: by webhook, by the vendor's log, and a thousand webhooks a second with a kill.

use std::{
    collections::{HashMap, HashSet},
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::Bench;
use crate::{stand_in, tools::Background};

const USERS: u64 = 200_000;
const CHANGES: usize = 500;
/// Webhooks a second.
const RATE: u64 = 1000;
/// For so long.
const SECONDS: u64 = 60;
/// By so many side by side.
const SENDERS: u64 = 8;

pub fn run(bench: &Bench) -> Result<()> {
    println!("\n## Near real time: {USERS} users; single runs\n");
    let users = USERS.to_string();
    let options = [
        "--users",
        &users,
        "--groups",
        "2000",
        "--apps",
        "500",
        "--control",
    ];
    let (_sim, okta) = stand_in::sim(&bench.muster, &options)?;
    let data = bench.connected("live", &okta)?;
    let command = |words: &[&str]| bench.command(&data, words);
    command(&[
        "integration",
        "set",
        "acme",
        "--set",
        "types=okta_user,okta_group",
    ])?;
    let key = command(&["apikey", "create", "--name", "bench", "--scope", "query"])?;
    let hook: Value =
        serde_json::from_str(&command(&["integration", "webhook", "acme", "--json"])?)?;
    bench.sync(&data, "")?;
    let server = Server::start(&bench.muster, &data, "127.0.0.1:0", key)?;
    let hook = Hook::of(&hook)?;

    println!("| 500 changes, one after the other | median | 99th percentile | most |");
    println!("|---|---|---|---|");
    let order = json!({"op": "hook", "url": format!("http://{}{}", server.address, hook.path), "header": hook.header});
    stand_in::post(&okta, "/_sim/change", &order.to_string())?;
    row(
        "by webhook, 10 a second",
        &mut delays(&okta, &server, "webhook", Duration::from_millis(100))?,
    );
    stand_in::post(&okta, "/_sim/change", r#"{"op": "hook", "url": null}"#)?;
    row(
        "by the log, 3 a second",
        &mut delays(&okta, &server, "log", Duration::from_millis(300))?,
    );
    flood(bench, &data, server, &hook)
}

impl Bench {
    /// What a command answers.
    fn command(&self, data: &Path, words: &[&str]) -> Result<String> {
        let output = Command::new(&self.muster)
            .args(words)
            .arg("--data")
            .arg(data)
            .output()?;
        ensure!(
            output.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }
}

struct Server {
    /// Ends it when it goes.
    process: Background,
    address: String,
    key: String,
}

impl Server {
    fn start(muster: &Path, data: &Path, listen: &str, key: String) -> Result<Self> {
        let mut child = Command::new(muster)
            .args(["serve", "--listen", listen, "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child.stdout.take().context("the server says nothing")?;
        let process = Background(child);
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let url = line
            .split_whitespace()
            .find_map(|word| word.strip_prefix("http://"));
        let address = url.context("the server does not say where it is")?;
        let address = address.split('/').next().unwrap_or_default().to_owned();
        Ok(Self {
            process,
            address,
            key,
        })
    }

    /// The body of an answer.
    fn query(&self, sql: &str) -> Result<String> {
        let body = json!({ "sql": sql }).to_string();
        let mut stream = TcpStream::connect(&self.address)?;
        // An answer to HTTP/1.0 ends where the connection does.
        write!(
            stream,
            "POST /api/query HTTP/1.0\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            self.key,
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer
            .split_once("\r\n\r\n")
            .context("an answer is cut off")?;
        ensure!(head.split(' ').nth(1) == Some("200"), "{sql}: {answer}");
        Ok(body.to_owned())
    }
}

/// How to send to an integration's webhook.
struct Hook {
    path: String,
    /// `Name: value`.
    header: String,
}

impl Hook {
    fn of(told: &Value) -> Result<Self> {
        let url = told["url"].as_str().context("no webhook")?;
        let path = url.find("/hooks/").map(|place| url[place..].to_owned());
        let word = |name: &str| told["header"][name].as_str().unwrap_or_default();
        Ok(Self {
            path: path.context("the webhook's address is another")?,
            header: format!("{}: {}", word("name"), word("value")),
        })
    }
}

/// Changes one person after the other, and sees when each is in a row. Milliseconds.
#[expect(clippy::disallowed_methods, reason = "real time has to pass")]
fn delays(okta: &str, server: &Server, mark: &str, pause: Duration) -> Result<Vec<f64>> {
    let changed: Mutex<HashMap<String, Instant>> = Mutex::new(HashMap::new());
    let failed = AtomicBool::new(false);
    // A declared column: the looking must not cost what the arriving needs.
    let sql = format!(
        "SELECT profile.lastName AS name FROM okta_user WHERE profile.lastName LIKE '{mark}-%'"
    );
    let (mut delays, mut shown) = (Vec::new(), HashSet::new());
    thread::scope(|scope| {
        let changer = scope.spawn(|| -> Result<()> {
            for number in 0..CHANGES {
                let name = format!("{mark}-{number:04}");
                let user = number * 397 + 11;
                let order =
                    json!({"op": "update_user", "user": user, "profile": {"lastName": name}});
                // The moment before the order: the vendor's own time counts against us.
                let begun = Instant::now();
                changed
                    .lock()
                    .unwrap_or_else(|error| error.into_inner())
                    .insert(name, begun);
                stand_in::post(okta, "/_sim/change", &order.to_string())
                    .inspect_err(|_| failed.store(true, Relaxed))?;
                thread::sleep(pause);
            }
            Ok(())
        });
        let begun = Instant::now();
        while shown.len() < CHANGES && !failed.load(Relaxed) {
            ensure!(
                begun.elapsed() < Duration::from_secs(600),
                "only {} of {CHANGES} changes came",
                shown.len()
            );
            let answer = server.query(&sql)?;
            let now = Instant::now();
            let changed = changed.lock().unwrap_or_else(|error| error.into_inner());
            for name in answer
                .split('"')
                .filter(|word| word.starts_with(&format!("{mark}-")))
            {
                if let Some(begun) = changed.get(name).filter(|_| !shown.contains(name)) {
                    delays.push((now - *begun).as_secs_f64() * 1e3);
                    shown.insert(name.to_owned());
                }
            }
            drop(changed);
            thread::sleep(Duration::from_millis(20));
        }
        changer
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    Ok(delays)
}

fn row(name: &str, milliseconds: &mut [f64]) {
    milliseconds.sort_by(f64::total_cmp);
    let at = |share: f64| milliseconds[((milliseconds.len() - 1) as f64 * share).round() as usize];
    println!(
        "| {name} | {:.0} ms | {:.0} ms | {:.0} ms |",
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// A thousand webhooks a second for a minute; in the middle the server is killed and started again.
#[expect(clippy::disallowed_methods, reason = "real time has to pass")]
fn flood(bench: &Bench, data: &Path, server: Server, hook: &Hook) -> Result<()> {
    let address = server.address.clone();
    let (acknowledged, refused) = (Mutex::new(Vec::<(String, f64)>::new()), AtomicU64::new(0));
    let begun = Instant::now();
    let server = thread::scope(|scope| {
        for sender in 0..SENDERS {
            let (address, acknowledged, refused) = (&address, &acknowledged, &refused);
            scope.spawn(move || {
                let mut connection = None;
                let pause = Duration::from_secs_f64(SENDERS as f64 / RATE as f64);
                for number in 0..RATE * SECONDS / SENDERS {
                    let due = pause * number as u32;
                    thread::sleep(due.saturating_sub(begun.elapsed()));
                    let id = format!("bench-{sender}-{number:06}");
                    let sent = Instant::now();
                    match deliver(&mut connection, address, hook, &id) {
                        Ok(()) => acknowledged
                            .lock()
                            .unwrap_or_else(|error| error.into_inner())
                            .push((id, sent.elapsed().as_secs_f64() * 1e3)),
                        // Nobody was told that it arrived: the vendor would send it again.
                        Err(_) => {
                            connection = None;
                            refused.fetch_add(1, Relaxed);
                        }
                    }
                }
            });
        }
        thread::sleep(Duration::from_secs(SECONDS / 2));
        let Server {
            mut process, key, ..
        } = server;
        process.0.kill()?;
        process.0.wait()?;
        Server::start(&bench.muster, data, &address, key)
    })?;
    let mut acknowledged = acknowledged
        .into_inner()
        .unwrap_or_else(|error| error.into_inner());
    let sql = "SELECT id FROM okta_system_log WHERE id LIKE 'bench-%'";
    let caught_up = Instant::now();
    let missing = loop {
        let answer = server.query(sql)?;
        let there: HashSet<&str> = answer.split('"').collect();
        let missing = acknowledged
            .iter()
            .filter(|(id, _)| !there.contains(id.as_str()))
            .count();
        if missing == 0 || caught_up.elapsed() > Duration::from_secs(120) {
            break missing;
        }
        thread::sleep(Duration::from_millis(200));
    };
    println!("\n| webhooks, {RATE} a second for {SECONDS} s, a kill in the middle | |");
    println!("|---|---|");
    println!("| acknowledged | {} |", acknowledged.len());
    println!("| refused while it was away | {} |", refused.load(Relaxed));
    println!("| acknowledged and lost | {missing} |");
    println!(
        "| all in SQL after the last | {:.1} s |",
        caught_up.elapsed().as_secs_f64()
    );
    acknowledged.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    let mut times: Vec<f64> = acknowledged.into_iter().map(|(_, time)| time).collect();
    println!("\n| | median | 99th percentile | most |\n|---|---|---|---|");
    row("answered within", &mut times);
    ensure!(
        missing == 0,
        "{missing} webhooks were acknowledged and lost"
    );
    Ok(())
}

/// Sends one event and waits for the answer.
fn deliver(
    connection: &mut Option<BufReader<TcpStream>>,
    address: &str,
    hook: &Hook,
    id: &str,
) -> Result<()> {
    let stream = match connection {
        Some(stream) => stream,
        None => {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            connection.insert(BufReader::new(stream))
        }
    };
    let now = humantime::format_rfc3339_millis(std::time::SystemTime::now());
    let body = json!({
        "eventType": "com.okta.event_hook",
        "eventId": id,
        "data": {"events": [{
            "uuid": id,
            "published": now.to_string(),
            "eventType": "user.session.start",
            "outcome": {"result": "SUCCESS"},
            "actor": {"id": "00u1", "type": "User", "alternateId": "ada@example.com", "displayName": "Ada"},
            "target": [],
        }]},
    })
    .to_string();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n{}\r\nContent-Length: {}\r\n\r\n{body}",
        hook.path,
        hook.header,
        body.len()
    );
    stream.get_mut().write_all(request.as_bytes())?;
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        line.clear();
        ensure!(stream.read_line(&mut line)? > 0, "the answer is cut off");
        if line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    let mut rest = vec![0; length];
    stream.read_exact(&mut rest)?;
    ensure!(status == "204" || status == "200", "answered {status}");
    Ok(())
}

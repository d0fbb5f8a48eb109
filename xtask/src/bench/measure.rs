//! One process, from outside: time, processor, memory. Memory is looked at every five milliseconds, in `/proc`.

use std::{
    fs,
    io::Read as _,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

/// What a process took.
pub struct Measured {
    pub seconds: f64,
    pub processor_seconds: f64,
    /// The most anonymous memory: heap and stacks.
    pub anonymous_megabytes: f64,
    /// The most mapped file pages in memory; the system takes them back when it needs to.
    pub mapped_megabytes: f64,
    pub output: String,
    pub success: bool,
}

/// Runs a program to its end.
#[expect(
    clippy::disallowed_methods,
    reason = "it looks at the process now and then"
)]
pub fn measure(command: &mut Command) -> Result<Measured> {
    let shown = format!("{command:?}");
    let begun = Instant::now();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{shown} cannot be run"))?;
    let mut pipe = child.stdout.take().context("no standard output")?;
    let process = format!("/proc/{}", child.id());
    let (anonymous, mapped, ticks) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let ended = AtomicBool::new(false);
    let mut output = String::new();
    let status = thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Relaxed) {
                let status = fs::read_to_string(format!("{process}/status")).unwrap_or_default();
                anonymous.fetch_max(kilobytes(&status, "RssAnon:"), Relaxed);
                mapped.fetch_max(kilobytes(&status, "RssFile:"), Relaxed);
                let stat = fs::read_to_string(format!("{process}/stat")).unwrap_or_default();
                ticks.fetch_max(processor_ticks(&stat), Relaxed);
                thread::sleep(Duration::from_millis(5));
            }
        });
        let read = pipe.read_to_string(&mut output);
        let status = child.wait();
        ended.store(true, Relaxed);
        read.map_err(anyhow::Error::from).and(Ok(status?))
    })?;
    Ok(Measured {
        seconds: begun.elapsed().as_secs_f64(),
        processor_seconds: ticks.load(Relaxed) as f64 / 100.0,
        anonymous_megabytes: anonymous.load(Relaxed) as f64 / 1024.0,
        mapped_megabytes: mapped.load(Relaxed) as f64 / 1024.0,
        output,
        success: status.success(),
    })
}

fn kilobytes(status: &str, name: &str) -> u64 {
    let line = status.lines().find(|line| line.starts_with(name));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or_default()
}

/// User and system time, in hundredths of a second.
fn processor_ticks(stat: &str) -> u64 {
    let Some((_, fields)) = stat.rsplit_once(')') else {
        return 0;
    };
    let field = |place: usize| {
        let text = fields.split_whitespace().nth(place);
        text.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0)
    };
    field(11) + field(12)
}

//! `sync`

use std::{collections::BTreeMap, path::Path, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use muster_control::{Control, Folder};
use serde_json::json;

use super::print;
use crate::cli::Sync;
use muster_office::{
    Failure, handover,
    request::{Answer, IntegrationReport, Request, Sync as Asked, TypeProgress},
};

pub fn run(command: Sync, providers: Option<&Path>) -> Result<(), Failure> {
    let folder = Folder::new(&command.data.data);
    let catalogue = super::catalogue(providers)?;
    Control::open_reader(&folder)?;
    let request = Request::Sync(Asked {
        names: command.names,
        full: command.full,
        types: (!command.types.is_empty()).then_some(command.types),
        accept_removals: command.accept_removals,
        allow_insecure_endpoints: command.allow_insecure_endpoints,
    });
    let shown = print::shows_progress().then(Bars::new);
    let answer =
        super::runtime()?.block_on(handover::submit(folder, catalogue, request, |lines| {
            if let Some(bars) = &shown {
                bars.update(lines);
            }
        }));
    drop(shown);
    let Answer::Synced(reports) = answer? else {
        return Err(Failure::Unable(
            "the sync ended without a result; run it again".into(),
        ));
    };
    if command.json {
        print::line(&json!({ "integrations": reports }).to_string());
    } else {
        reports.iter().for_each(table);
    }
    verdict(&reports)
}

fn verdict(reports: &[IntegrationReport]) -> Result<(), Failure> {
    let stopped: Vec<String> = reports
        .iter()
        .filter_map(|report| {
            report
                .stopped
                .as_ref()
                .map(|reason| format!("{}: {reason}", report.name))
        })
        .collect();
    if !stopped.is_empty() && reports.iter().all(|report| report.misconfigured) {
        return Err(Failure::Usage(stopped.join("; ")));
    }
    if !stopped.is_empty() {
        return Err(Failure::Incomplete(stopped.join("; ")));
    }
    let waits = reports
        .iter()
        .find_map(|report| report.archive_waits.clone());
    if let Some(reason) = waits {
        return Err(Failure::Incomplete(reason));
    }
    let incomplete: Vec<&str> = reports
        .iter()
        .filter(|report| !report.complete)
        .map(|report| report.name.as_str())
        .collect();
    if incomplete.is_empty() {
        Ok(())
    } else {
        Err(Failure::Incomplete(format!(
            "{} is incomplete; the reasons stand below the table, and `muster sync` goes on where it was",
            incomplete.join(", ")
        )))
    }
}

fn table(report: &IntegrationReport) {
    let rows = report.types.iter().map(|result| {
        let count = |number: u64| {
            if number == 0 {
                String::new()
            } else {
                grouped(number)
            }
        };
        vec![
            result.resource_type.clone(),
            result.state.as_str().replace('_', " "),
            grouped(result.seen),
            count(result.added),
            count(result.modified),
            count(result.removed),
            grouped(result.requests),
        ]
    });
    print::table(
        &[
            "type", "state", "seen", "added", "modified", "removed", "requests",
        ],
        rows.collect::<Vec<_>>(),
    );
    for result in &report.types {
        if let Some(reason) = &result.reason {
            print::line(&format!("{}: {reason}", result.resource_type));
        }
    }
    let seen: u64 = report.types.iter().map(|result| result.seen).sum();
    let changes: u64 = report
        .types
        .iter()
        .map(|result| result.added + result.modified + result.removed)
        .sum();
    let seconds = Duration::from_millis(report.duration_milliseconds).as_secs_f64();
    let waited = Duration::from_millis(report.waited_milliseconds).as_secs_f64();
    print::line(&format!(
        "{}: {} resources seen, {} changes, {} requests ({} repeated, {waited:.1} s waited for rate limits), {seconds:.1} s",
        report.name,
        grouped(seen),
        grouped(changes),
        grouped(report.requests),
        grouped(report.retries),
    ));
}

/// A number with a thin gap between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A line per type that is under way.
struct Bars {
    all: MultiProgress,
    bars: std::cell::RefCell<BTreeMap<(String, String), ProgressBar>>,
    waiting: ProgressStyle,
    done: ProgressStyle,
}

impl Bars {
    fn new() -> Self {
        let style = |template: &str| {
            ProgressStyle::with_template(template)
                .unwrap_or_else(|_| ProgressStyle::default_spinner())
        };
        Self {
            all: MultiProgress::new(),
            bars: std::cell::RefCell::default(),
            waiting: style("{spinner} {prefix:34} {msg}"),
            done: style("✓ {prefix:34} {msg}"),
        }
    }

    fn update(&self, lines: &[TypeProgress]) {
        let mut bars = self.bars.borrow_mut();
        for line in lines
            .iter()
            .filter(|line| line.seen > 0 || line.requests > 0 || line.state.is_some())
        {
            let key = (line.integration.clone(), line.resource_type.clone());
            let bar = bars.entry(key).or_insert_with(|| {
                let bar = self
                    .all
                    .add(ProgressBar::new_spinner().with_style(self.waiting.clone()));
                bar.set_prefix(line.resource_type.clone());
                bar
            });
            let parents = line
                .parents
                .map(|(parents, done)| format!(", {done} of {parents} parents"))
                .unwrap_or_default();
            bar.set_message(format!(
                "{} seen, {} changes, {} requests{parents}{}",
                grouped(line.seen),
                grouped(line.changes),
                grouped(line.requests),
                line.state
                    .as_ref()
                    .map(|state| format!(" · {}", state.as_str().replace('_', " ")))
                    .unwrap_or_default(),
            ));
            if line.state.is_some() && !bar.is_finished() {
                bar.set_style(self.done.clone());
                bar.finish();
            } else {
                bar.tick();
            }
        }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        let _ = self.all.clear();
    }
}

//! A folder after a year of hourly polls beside one with the same rows made today: how long until each can be written,
//! read, and asked for its history. `cargo xtask bench aged`.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "its result")]

#[path = "../tests/ledger/common/mod.rs"]
mod common;

use std::time::Instant;

use common::{Place, document};
use muster_ledger::{History, Reader, local_archive};

const PEOPLE: usize = 20_000;
const POLLS: usize = 365 * 24;
const CHANGED: usize = 20;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (young, aged) = runtime.block_on(async {
        let everybody = |poll: usize| -> Vec<String> {
            (0..PEOPLE).map(|number| person(number, poll)).collect()
        };
        let aged = Place::new();
        let ledger = aged.open();
        aged.commit(&ledger, "", &everybody(0)).await;
        ledger.settle().await.unwrap();
        let begun = Instant::now();
        for poll in 1..=POLLS {
            let changed: Vec<String> = (0..CHANGED)
                .map(|number| person((poll * 7 + number * 311) % PEOPLE, poll))
                .collect();
            aged.commit(&ledger, "", &changed).await;
            ledger.settle().await.unwrap();
        }
        let each = begun.elapsed().as_secs_f64() * 1e3 / POLLS as f64;
        println!(
            "{POLLS} polls with {CHANGED} changes each, archived each time: {each:.1} ms a poll\n"
        );
        ledger.close();
        let young = Place::new();
        let ledger = young.open();
        young.commit(&ledger, "", &everybody(1)).await;
        ledger.merge_everything().await.unwrap();
        ledger.close();
        (young, aged)
    });
    println!("| milliseconds, median of 9 | made today | a year of polls |");
    println!("|---|---|---|");
    row("open for writing", &young, &aged, |place| {
        place.open().close()
    });
    row("open for reading, first row", &young, &aged, |place| {
        let snapshot = Reader::open(place.folder.clone())
            .unwrap()
            .snapshot()
            .unwrap();
        let parts = snapshot.rows(&place.user, &place.integration).unwrap();
        assert!(parts.iter().any(|part| part.batches[0].num_rows() > 0));
    });
    row(
        "the newest change, through the archive",
        &young,
        &aged,
        |place| {
            let history = History::new(local_archive(&place.folder).unwrap());
            let snapshot = Reader::open(place.folder.clone())
                .unwrap()
                .snapshot()
                .unwrap();
            let last = history
                .changes_after(&snapshot, snapshot.sequence - 1)
                .unwrap();
            let rows: usize = last.map(|batch| batch.unwrap().num_rows()).sum();
            assert_eq!(rows, 1);
        },
    );
}

fn person(number: usize, poll: usize) -> String {
    document(&format!("u{number}"), &format!("Ada {poll}"), "")
}

fn row(name: &str, young: &Place, aged: &Place, work: impl Fn(&Place)) {
    let median = |place: &Place| {
        let mut times: Vec<f64> = (0..9)
            .map(|_| {
                let begun = Instant::now();
                work(place);
                begun.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        times[4]
    };
    println!("| {name} | {:.1} | {:.1} |", median(young), median(aged));
}

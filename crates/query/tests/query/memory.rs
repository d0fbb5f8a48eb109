//! What an answer takes does not grow with the answer, whatever it is written as.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::support::many::Many;
use muster_model::Principal;
use muster_query::{
    Engine, EngineOptions, Limits, Request,
    format::{Format, write_answer},
};

/// The system's allocator, and what is taken from it.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn took(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Ordering::Relaxed) + bytes;
    PEAK.fetch_max(live, Ordering::Relaxed);
}

#[expect(
    unsafe_code,
    reason = "only an allocator sees what is allocated; every call goes to the system's unchanged"
)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SMALL: i64 = 100_000;
const LARGE: i64 = 1_000_000;

/// What differs from run to run: how far the workers are ahead of the writer.
const ALLOWANCE: usize = 1024 * 1024;

/// The most that was allocated at one moment while the answer was written, beyond what was before.
fn peak(rows: i64, sql: &str, format: Format) -> usize {
    let engine = Engine::new(EngineOptions { threads: 2 }).unwrap();
    let source = Arc::new(Many::streamed(rows));
    let limits = Limits {
        time: Duration::from_secs(600),
        rows: u64::MAX,
        ..Limits::default()
    };
    let before = LIVE.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let written = futures::executor::block_on(async {
        let request = Request::new(sql).with_limits(limits);
        let mut stream = engine
            .query(&Principal::Owner, source, request)
            .await
            .unwrap();
        write_answer(&mut stream, format, io::sink()).await.unwrap()
    });
    let peak = PEAK.load(Ordering::Relaxed) - before;
    assert_eq!(written, u64::try_from(rows).unwrap(), "{sql}");
    peak
}

/// One test, because everything else this program did meanwhile would be counted.
#[test]
fn a_million_rows_take_no_more_memory_than_a_tenth_of_them() {
    let mut grew = Vec::new();
    let rows = "SELECT id, n FROM okta_user WHERE n >= 0";
    let changes = "SELECT recordedAt, after FROM okta_user_changes";
    for (sql, format) in [
        (rows, Format::Table),
        (rows, Format::Json),
        (rows, Format::Ndjson),
        (rows, Format::Csv),
        (changes, Format::Csv),
    ] {
        let (small, large) = (peak(SMALL, sql, format), peak(LARGE, sql, format));
        if large > small + small / 2 + ALLOWANCE {
            grew.push(format!("{format:?} of {sql}: {small} bytes, then {large}"));
        }
    }
    assert!(grew.is_empty(), "{}", grew.join("\n"));

    // What has to be kept shows, or the above would prove nothing.
    let sorted = "SELECT id FROM okta_user ORDER BY n DESC";
    let (small, large) = (
        peak(SMALL / 10, sorted, Format::Csv),
        peak(SMALL, sorted, Format::Csv),
    );
    assert!(large > 3 * small, "{small} bytes, then {large}");
}

//! A query costs no more than it may, and stops when it is told to.

#![expect(
    clippy::disallowed_methods,
    reason = "whether a query came to rest shows only after a while"
)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::support::many::Many;
use muster_model::Principal;
use muster_query::{
    Engine, EngineOptions, LimitReached, Limits, QueryError, QueryStream, Request, Source,
};

/// Joins whose cost has nothing to do with the rows they give.
const ENDLESS: [&str; 4] = [
    "SELECT max(a.n + b.n) FROM okta_user a, okta_user b",
    "SELECT count(*) FROM okta_user a JOIN okta_user b ON a.n * b.n < -1",
    "SELECT a.id FROM okta_user a JOIN okta_user b ON a.status = b.status AND a.n + b.n < -1",
    "SELECT count(*) FROM okta_user a JOIN okta_user b ON a.status = b.status JOIN okta_user c ON c.status = a.status",
];

fn ask(limits: Limits, rows: i64, sql: &str) -> Result<(Engine, QueryStream), QueryError> {
    let engine = Engine::new(EngineOptions { threads: 2 }).unwrap();
    let source: Arc<dyn Source> = Arc::new(Many::rows(rows));
    let request = Request::new(sql).with_limits(limits);
    let stream = engine.query_blocking(&Principal::Owner, source, request)?;
    Ok((engine, stream))
}

fn count(stream: &mut QueryStream) -> Result<usize, QueryError> {
    let mut rows = 0;
    while let Some(batch) = stream.next_blocking()? {
        rows += batch.num_rows();
    }
    Ok(rows)
}

/// Processor time this process has used.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<u64>().unwrap())
        .sum();
    Duration::from_millis(ticks * 10)
}

/// Waits for the workers to come to rest: a quarter of a second in which they hardly work.
fn comes_to_rest() -> bool {
    (0..40).any(|_| {
        let before = processor_time();
        std::thread::sleep(Duration::from_millis(250));
        processor_time() - before < Duration::from_millis(50)
    })
}

#[test]
fn endless_joins_end_at_the_time_limit() {
    for sql in ENDLESS {
        let limits = Limits {
            time: Duration::from_millis(300),
            ..Limits::default()
        };
        let started = Instant::now();
        let error = ask(limits, 100_000, sql)
            .and_then(|(_engine, mut stream)| count(&mut stream))
            .unwrap_err();
        assert!(
            matches!(error, QueryError::Limit(LimitReached::Time(_))),
            "{sql}: {error}"
        );
        assert!(started.elapsed() < Duration::from_secs(10), "{sql}");
        assert!(
            error.to_string().contains("raise the time limit"),
            "{error}"
        );
    }
}

#[test]
fn a_dropped_query_stops_working() {
    for sql in ENDLESS {
        let engine = Engine::new(EngineOptions { threads: 2 }).unwrap();
        let source: Arc<dyn Source> = Arc::new(Many::rows(100_000));
        let stream = engine
            .query_blocking(&Principal::Owner, source, Request::new(sql))
            .unwrap();
        std::thread::sleep(Duration::from_millis(100));
        drop(stream);
        assert!(comes_to_rest(), "{sql}");
    }
}

#[test]
fn a_cancelled_query_says_so() {
    let (_engine, mut stream) = ask(Limits::default(), 100_000, ENDLESS[0]).unwrap();
    stream.cancel();
    let error = count(&mut stream).unwrap_err();
    assert!(matches!(error, QueryError::Cancelled), "{error}");
}

#[test]
fn a_sort_beyond_the_memory_limit_is_refused() {
    let limits = Limits {
        memory_bytes: 4 * 1024 * 1024,
        ..Limits::default()
    };
    let sql = "SELECT id, n FROM okta_user ORDER BY status, id DESC";
    let error = ask(limits, 1_000_000, sql)
        .and_then(|(_engine, mut stream)| count(&mut stream))
        .unwrap_err();
    assert!(
        matches!(error, QueryError::Limit(LimitReached::Memory(_))),
        "{error}"
    );
    assert!(
        error.to_string().contains("memory limit of 4 MiB"),
        "{error}"
    );
}

#[test]
fn a_million_rows_stream_through_little_memory() {
    let limits = Limits {
        memory_bytes: 4 * 1024 * 1024,
        rows: 2_000_000,
        ..Limits::default()
    };
    let sql = "SELECT *, _raw FROM okta_user WHERE status = 'ACTIVE' OR n >= 0";
    let (_engine, mut stream) = ask(limits, 1_000_000, sql).unwrap();
    assert_eq!(count(&mut stream).unwrap(), 1_000_000);
    assert!(!stream.truncated());
}

#[test]
fn a_sort_of_mapped_batches_is_charged_for_what_it_keeps() {
    let limits = Limits {
        memory_bytes: 64 * 1024 * 1024,
        ..Limits::default()
    };
    let sql = "SELECT n FROM okta_user ORDER BY n DESC";
    let (_engine, mut stream) = ask(limits, 1_000_000, sql).unwrap();
    assert_eq!(count(&mut stream).unwrap(), 1_000_000);
}

#[test]
fn rows_beyond_the_limit_are_cut_off() {
    for (limit, truncated) in [(99, true), (100, false), (101, false), (0, true)] {
        let limits = Limits {
            rows: limit,
            ..Limits::default()
        };
        let (_engine, mut stream) = ask(limits, 100, "SELECT id FROM okta_user").unwrap();
        let expected = usize::try_from(limit.min(100)).unwrap();
        assert_eq!(count(&mut stream).unwrap(), expected);
        assert_eq!(stream.truncated(), truncated, "{limit}");
    }
}

#[test]
fn a_slow_reader_meets_the_time_limit() {
    let limits = Limits {
        time: Duration::from_millis(400),
        ..Limits::default()
    };
    let (_engine, mut stream) = ask(limits, 1_000_000, "SELECT id FROM okta_user").unwrap();
    assert!(stream.next_blocking().unwrap().is_some());
    std::thread::sleep(Duration::from_millis(500));
    let error = count(&mut stream).unwrap_err();
    assert!(
        matches!(error, QueryError::Limit(LimitReached::Time(_))),
        "{error}"
    );
}

#[test]
fn long_statements_are_planned_or_refused() {
    let many = |word: &str, parts: usize| vec!["n = 1"; parts].join(word);
    let (_engine, mut stream) = ask(
        Limits::default(),
        10,
        &format!("SELECT id FROM okta_user WHERE {}", many(" OR ", 3_000)),
    )
    .unwrap();
    assert_eq!(count(&mut stream).unwrap(), 1);

    let refused = [
        format!("SELECT id FROM okta_user WHERE {}", many(" OR ", 30_000)),
        format!("SELECT {}1", "1 + ".repeat(5_000)),
        format!("SELECT {}1{}", "(".repeat(500), ")".repeat(500)),
        format!(
            "SELECT * FROM {}okta_user{}",
            "(SELECT * FROM ".repeat(200),
            ")".repeat(200)
        ),
    ];
    for sql in refused {
        let error = ask(Limits::default(), 10, &sql).map(|_| ()).unwrap_err();
        assert!(matches!(error, QueryError::Sql(_)), "{error}");
    }
}

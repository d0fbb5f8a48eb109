//! Misbehaviour on demand. Which request is hit depends on the seed and the number of the request, so a run can be
//! repeated.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::hash::{Purpose, draw};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Refused as if too many requests had been made.
    TooMany,
    /// An error of the vendor's: 500, 502, 503 or 504.
    Status(u16),
    /// The body ends half way, with the connection.
    Cut,
    /// No answer, until the caller gives up.
    Timeout,
    /// The next page's address is this page's.
    RepeatNext,
    /// A page after the first begins with the item that ended the one before.
    Shift,
    /// A page after the first leaves out the item it should begin with.
    Skip,
    /// The last page points to another, which is empty; where pages are numbered, those after the first come empty.
    EmptyPage,
    /// A link to a next page that leads behind the end.
    MisleadingLink,
    /// Nothing tells how long a list is.
    NoTotal,
    /// A cursor is refused, as if it had expired.
    ForgetCursor,
}

/// What goes wrong with events when they are told, whoever asks.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct EventFaults {
    /// The share that comes up to ten minutes late.
    pub late: f64,
    /// The share that lacks whatever the vendor may leave out.
    pub sparse: f64,
}

#[derive(Debug)]
enum When {
    Chance(f64),
    /// The nth request to the path, once.
    Nth(u64),
    Always,
}

#[derive(Debug)]
struct Entry {
    fault: Fault,
    when: When,
    path: Option<String>,
    seen: AtomicU64,
}

/// The faults that are switched on.
#[derive(Debug, Default)]
pub struct Faults {
    entries: Vec<Entry>,
    /// What goes wrong with events.
    pub events: EventFaults,
}

impl Faults {
    /// Reads them as given on the command line.
    pub fn read(texts: &[String]) -> Result<Self, String> {
        let mut faults = Self::default();
        for text in texts {
            let of_events = match text.split_once(':') {
                Some(("late", share)) => Some((&mut faults.events.late, share)),
                Some(("sparse", share)) => Some((&mut faults.events.sparse, share)),
                _ => None,
            };
            match of_events {
                Some((place, share)) => {
                    let share = share.parse().ok().filter(|p| (0.0..=1.0).contains(p));
                    *place = share.ok_or_else(|| {
                        format!("'{text}' is not a share of events; write late:0.1 or sparse:0.1")
                    })?;
                }
                None => faults.entries.push(entry(text)?),
            }
        }
        Ok(faults)
    }

    /// What goes wrong with request number `n`; more than one thing may.
    pub fn of(&self, seed: u64, n: u64, path: &str) -> Vec<Fault> {
        let hits = |(place, entry): (usize, &Entry)| {
            if !entry
                .path
                .as_deref()
                .is_none_or(|pattern| matches(pattern, path))
            {
                return None;
            }
            let hit = match entry.when {
                When::Always => true,
                When::Chance(p) => {
                    (draw(seed, Purpose::Fault, n << 8 | place as u64) as f64 / u64::MAX as f64) < p
                }
                When::Nth(nth) => entry.seen.fetch_add(1, Ordering::Relaxed) + 1 == nth,
            };
            hit.then_some(entry.fault)
        };
        self.entries.iter().enumerate().filter_map(hits).collect()
    }
}

fn entry(text: &str) -> Result<Entry, String> {
    let wrong = || {
        format!(
            "'{text}' is not a fault; write 429:0.01, 500:#3@/api/v1/apps, cut:0.01, timeout:0.01, repeat-next:/api/v1/users, shift:PATH, skip:PATH, empty-page:PATH, misleading-link:PATH, no-total:PATH, forget-cursor:1@PATH, late:0.1 or sparse:0.1"
        )
    };
    let (kind, rest) = text.split_once(':').ok_or_else(wrong)?;
    let of_path = |fault| {
        Ok(Entry {
            fault,
            when: When::Always,
            path: Some(rest.to_owned()),
            seen: AtomicU64::new(0),
        })
    };
    let fault = match kind {
        "429" => Fault::TooMany,
        "500" | "502" | "503" | "504" => Fault::Status(kind.parse().map_err(|_| wrong())?),
        "cut" => Fault::Cut,
        "timeout" => Fault::Timeout,
        "forget-cursor" => Fault::ForgetCursor,
        "repeat-next" => return of_path(Fault::RepeatNext),
        "shift" => return of_path(Fault::Shift),
        "skip" => return of_path(Fault::Skip),
        "empty-page" => return of_path(Fault::EmptyPage),
        "misleading-link" => return of_path(Fault::MisleadingLink),
        "no-total" => return of_path(Fault::NoTotal),
        _ => return Err(wrong()),
    };
    let (when, path) = rest
        .split_once('@')
        .map_or((rest, None), |(when, path)| (when, Some(path.to_owned())));
    let when = match when.strip_prefix('#') {
        Some(nth) => When::Nth(nth.parse().map_err(|_| wrong())?),
        None => When::Chance(
            when.parse()
                .ok()
                .filter(|p| (0.0..=1.0).contains(p))
                .ok_or_else(wrong)?,
        ),
    };
    Ok(Entry {
        fault,
        when,
        path,
        seen: AtomicU64::new(0),
    })
}

/// Whether a path fits a pattern in which `*` stands for one segment.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(p), Some(s)) if p == "*" || p == s => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_hits_its_path_and_its_request() {
        let faults = Faults::read(&[
            "500:#2@/api/v1/groups/*/users".to_owned(),
            "cut:1@/a".to_owned(),
        ])
        .unwrap();
        assert_eq!(faults.of(1, 1, "/api/v1/groups/x/users"), vec![]);
        assert_eq!(faults.of(1, 2, "/api/v1/groups"), vec![]);
        assert_eq!(
            faults.of(1, 3, "/api/v1/groups/y/users"),
            vec![Fault::Status(500)]
        );
        assert_eq!(faults.of(1, 4, "/api/v1/groups/y/users"), vec![]);
        assert_eq!(faults.of(1, 5, "/a"), vec![Fault::Cut]);
        assert!(Faults::read(&["418:0.5".to_owned()]).is_err());
        for wrong in ["500:2", "late:2", "sparse:often", "forget-cursor:/a"] {
            assert!(Faults::read(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn chances_are_kept() {
        let faults = Faults::read(&["429:0.1".to_owned()]).unwrap();
        let hits = (0..10_000)
            .filter(|n| !faults.of(3, *n, "/").is_empty())
            .count();
        assert!((900..1100).contains(&hits), "{hits}");
    }
}

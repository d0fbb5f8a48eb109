//! Nothing per resource lies on the heap: what listing a table again needs does not grow with it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use crate::common::{Place, document};
use muster_ledger::{Finish, Finished, Ledger, Observations, Page, Seen};

/// Counts what is allocated, and the most there ever was.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

fn grown(bytes: usize) {
    PEAK.fetch_max(LIVE.fetch_add(bytes, Relaxed) + bytes, Relaxed);
}

#[expect(unsafe_code, reason = "an allocator that counts")]
// SAFETY: everything is passed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grown(layout.size());
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LIVE.fetch_sub(layout.size(), Relaxed);
        grown(size);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const PAGE: usize = 200;

fn page(place: &Place, start: usize) -> Page {
    let mut observations = Observations::default();
    for number in start..start + PAGE {
        let document = document(
            &format!("u{number}"),
            "Ada Lovelace of the Analytical Engine",
            "",
        );
        observations.push(&place.user, None, &document).unwrap();
    }
    Page {
        integration: place.integration.clone(),
        resource_type: Arc::clone(&place.user),
        scope: String::new(),
        observations,
        asked: 0,
    }
}

/// Lists `people` as a collector does; gives how many were added.
async fn list(place: &Place, ledger: &Ledger, people: usize) -> u64 {
    let path = place.folder.listings().join("people.seen");
    let mut seen = Seen::in_file(path.clone(), 0).unwrap();
    let mut added = 0;
    for start in (0..people).step_by(PAGE) {
        let page = page(place, start);
        let keys = page
            .observations
            .iter()
            .map(|observation| observation.key_hash);
        seen.extend(keys).unwrap();
        added += ledger
            .commit(page, Box::new(|_, _| Ok(())))
            .await
            .unwrap()
            .added;
        if start % 50_000 == 0 {
            ledger.settle().await.unwrap();
        }
    }
    let finish = Finish {
        integration: place.integration.clone(),
        resource_type: Arc::clone(&place.user),
        scope: String::new(),
        seen,
        began: 0,
        descendants: vec![Arc::clone(&place.factor)],
        on_removed: Box::new(|_, _, _| Ok(())),
    };
    let finished = ledger
        .finish(finish, Box::new(|_, _| Ok(true)), Box::new(|_, _| Ok(())))
        .await
        .unwrap();
    assert_eq!(finished, Finished::Removed(vec![]));
    Seen::discard(&path).unwrap();
    added
}

/// The most bytes on the heap above the start, for a first listing of `people` and for a second one.
async fn peaks(people: usize) -> [usize; 2] {
    let place = Place::new();
    let mut peaks = [0; 2];
    for (peak, added) in peaks.iter_mut().zip([people as u64, 0]) {
        let ledger = place.open();
        let before = LIVE.load(Relaxed);
        PEAK.store(before, Relaxed);
        assert_eq!(list(&place, &ledger, people).await, added);
        ledger.settle().await.unwrap();
        *peak = PEAK.load(Relaxed) - before;
        ledger.close();
    }
    peaks
}

#[tokio::test]
async fn four_times_the_people_need_no_more_memory() {
    let [first_small, second_small] = peaks(100_000).await;
    let [first_large, second_large] = peaks(400_000).await;
    // What merging, archiving and Delta's log need varies a little with what meets what; a byte per person is allowed.
    assert!(
        first_large < first_small * 5 / 4 + 400_000,
        "{first_small} {first_large}"
    );
    assert!(
        second_large < second_small * 5 / 4 + 400_000,
        "{second_small} {second_large}"
    );
}

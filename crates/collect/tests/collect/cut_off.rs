//! Runs that end before they are through.

use std::path::PathBuf;

use muster_collect::SyncOptions;
use muster_control::{Control, ControlError};
use muster_model::TypeStatus;
use muster_sim::SimOptions;
use serde_json::json;

use crate::common::{Place, company, of};

fn only(types: &[&str]) -> SyncOptions {
    SyncOptions {
        types: Some(types.iter().map(|&name| name.to_owned()).collect()),
        ..SyncOptions::default()
    }
}

fn seen_files(place: &Place) -> Vec<PathBuf> {
    std::fs::read_dir(place.folder.listings())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect()
}

fn sweep(place: &Place) {
    let mut control = Control::open_reader(&place.folder).unwrap();
    control
        .read(|transaction| -> Result<(), ControlError> {
            muster_collect::sweep(&place.folder, transaction)
        })
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_derived_listing_that_was_cut_off_begins_anew_and_removes_nothing() {
    let options = SimOptions {
        groups: Some(8),
        ..company(9_000)
    };
    let place = Place::new(options).await;
    let ledger = place.open();
    place
        .sync_with(&ledger, only(&["okta_user", "okta_group"]))
        .await;
    let users = place.keys("okta_user").len();
    let everybody = place
        .keys("okta_group")
        .into_iter()
        .find(|group| place.document("okta_group", group)["profile"]["name"] == "Everyone")
        .unwrap();
    let members = || {
        let keys = place.keys("okta_group_member");
        keys.iter()
            .filter(|key| key.starts_with(&everybody))
            .count()
    };
    // A slow vendor lets only the listing that asks nothing get anywhere. It is written down in five pieces; the run is
    // dropped once the first is there.
    place
        .change(json!([{"op": "latency", "value": "300ms"}]))
        .await;
    let run = place.run(&ledger, only(&["okta_group_member"]));
    let progress = run.progress();
    let under_way = async {
        while progress[0].1.counts().seen < 2_000 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        () = under_way => {}
        report = run.start() => panic!("it was through at once: {report:?}"),
    }
    let written = members();
    assert!(written >= 2_000 && written < users, "{written}");
    assert!(!seen_files(&place).is_empty());
    ledger.close();
    place
        .change(json!([{"op": "latency", "value": "0ms"}]))
        .await;

    sweep(&place);
    let ledger = place.open();
    let report = place.sync_with(&ledger, only(&["okta_group_member"])).await;
    let counted = of(&report, "okta_group_member");
    assert_eq!(counted.status, TypeStatus::Complete, "{report:#?}");
    assert_eq!(counted.counts.removed, 0);
    assert_eq!(members(), users);
    assert_eq!(
        place.keys("okta_group_member").len() as u64,
        place.counts().await["okta_group_member"]
    );
    assert_eq!(seen_files(&place), Vec::<PathBuf>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_keys_that_a_listing_goes_on_with_are_kept() {
    let place = Place::new(company(900)).await;
    let ledger = place.open();
    let faults: Vec<String> = (3..8)
        .map(|request| format!("500:#{request}@/api/v1/users"))
        .collect();
    place
        .faults(&faults.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    place.sync_with(&ledger, only(&["okta_user"])).await;
    let kept = seen_files(&place);
    assert_eq!(kept.len(), 1);
    let left = place.folder.listings().join("left-by-a-kill.seen");
    std::fs::write(&left, "keys").unwrap();
    sweep(&place);
    assert_eq!(seen_files(&place), kept);
    muster_collect::forget_seen(&place.folder, &place.integration.id).unwrap();
    assert_eq!(seen_files(&place), Vec::<PathBuf>::new());
}

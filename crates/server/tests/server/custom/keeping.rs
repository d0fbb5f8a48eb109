//! What is kept of what is pushed, also after a kill.

use std::{fs, path::Path};

use muster_control::ControlError;
use muster_custom::{CustomTypes, PendingPush, Pushes};
use reqwest::Method;
use serde_json::json;

use super::{PERSON, defined, lines, people, person, pushed, replaced, rows, told};

/// Files that hold these bytes.
fn holding(place: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(place).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, bytes));
        } else if fs::read(&path)
            .is_ok_and(|text| text.windows(bytes.len()).any(|part| part == bytes))
        {
            found.push(path.display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_in_no_file() {
    let (server, owner) = defined().await;
    let document = |pin: &str| json!({"number": 1, "name": "Ada", "pin": pin}).to_string();
    assert_eq!(pushed(&owner, document("s3cretly-one")).await["added"], 1);
    replaced(&owner, document("s3cretly-two")).await;
    assert_eq!(
        pushed(&owner, document("s3cretly-three")).await["unchanged"],
        1,
        "another secret is no change"
    );
    assert_eq!(
        rows(&owner, "SELECT pin FROM hr_person").await,
        json!([{"pin": "[redacted]"}])
    );
    let (status, problem) = told(
        &owner,
        Method::POST,
        PERSON,
        r#"{"number": 1, "name": "x", "pin": ["s3cretly-four"]}"#,
    )
    .await;
    assert!(
        status == 422 && !problem.to_string().contains("s3cretly"),
        "{problem}"
    );
    assert_eq!(holding(&server.folder(), b"s3cretly"), Vec::<String>::new());
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_was_cut_off_is_done_by_the_next_process() {
    let (server, owner) = defined().await;
    replaced(&owner, lines(&people(4))).await;
    let folder = server.folder();
    let server = server
        .restart_after(|control| {
            // As a kill leaves it: on disk and noted, the first of its pages committed or not.
            let mut spool = Vec::new();
            for document in [
                json!({"number": 1, "name": "Person 1"}),
                json!({"number": 9, "name": "Nina"}),
            ] {
                let text = document.to_string();
                spool.extend_from_slice(&u32::try_from(text.len()).unwrap().to_le_bytes());
                spool.extend_from_slice(text.as_bytes());
            }
            let file = "0123456789abcdef0123456789abcdef";
            fs::write(folder.join("pushes").join(file), spool).unwrap();
            control
                .write(|transaction| -> Result<(), ControlError> {
                    Pushes(transaction).begin(&PendingPush {
                        id: 0,
                        resource_type: "hr_person".to_owned(),
                        file: file.to_owned(),
                        everything: true,
                        accept_removals: false,
                    })?;
                    Ok(())
                })
                .unwrap();
        })
        .await;
    let mut asker = server.stranger();
    let credentials = json!({"email": "olga@example.com", "password": crate::harness::PASSWORD});
    asker
        .sign_in_by(Method::POST, "/api/session", credentials)
        .await;
    assert_eq!(
        rows(&asker, "SELECT number FROM hr_person ORDER BY number").await,
        json!([{"number": 1}, {"number": 9}])
    );
    assert_eq!(
        fs::read_dir(server.folder().join("pushes"))
            .unwrap()
            .count(),
        0
    );
    // So is a deletion.
    let server = server
        .restart_after(|control| {
            control
                .write(|transaction| CustomTypes(transaction).begin_deletion("hr_person"))
                .unwrap();
        })
        .await;
    let mut asker = server.stranger();
    let credentials = json!({"email": "olga@example.com", "password": crate::harness::PASSWORD});
    asker
        .sign_in_by(Method::POST, "/api/session", credentials)
        .await;
    asker.post("/api/custom-types", person()).await;
    assert_eq!(
        rows(&asker, "SELECT count(*) AS n FROM hr_person_changes").await,
        json!([{"n": 0}])
    );
    server.end().await;
}

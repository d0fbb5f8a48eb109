//! What is pushed, by whom, and what comes of it.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
};

use reqwest::Method;
use serde_json::{Value, json};

use super::{PERSON, defined, key, lines, people, person, pushed, replaced, rows, told};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_pushed_is_a_table_with_changes_and_a_state() {
    let (server, owner) = defined().await;
    let shown = owner.get("/api/custom-types/hr_person").await;
    let names: Vec<&str> = shown["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 9, "{names:?}");
    let ordered = r#"{"name": "hr_order", "key": ["z"], "schema": {"type": "object", "required": ["z"],
        "properties": {"z": {"type": "string"}, "y": {"type": "object", "properties": {"d": {"type": "string"}, "c": {}}},
        "b": {"type": "string"}}}}"#;
    let (status, shown_order) = told(&owner, Method::POST, "/api/custom-types", ordered).await;
    assert_eq!(status, 201, "{shown_order}");
    let columns = shown_order["columns"].as_array().unwrap();
    let columns: Vec<&str> = columns
        .iter()
        .map(|column| column["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        columns,
        ["z", "y", "y.d", "y.c", "b"],
        "as the schema has them"
    );
    assert_eq!(
        (&shown["title"], &shown["secrets"]),
        (&json!("Hr Person"), &json!(["pin"]))
    );
    assert_eq!(shown["status"], "incomplete");
    assert_eq!(shown["reason"], "nothing was pushed yet");

    let counts = |seen, added, modified, unchanged| json!({"seen": seen, "added": added, "modified": modified, "unchanged": unchanged});
    let ada = json!({"number": 7, "name": "Ada", "startedAt": "2026-01-05T09:00:00+01:00", "manager": null,
        "desk": {"floor": 3, "room": "3.14", "window": true}, "skills": ["sql", "rust"], "shoe": {"size": 38}});
    assert_eq!(pushed(&owner, ada.to_string()).await, counts(1, 1, 0, 0));
    assert_eq!(pushed(&owner, ada.to_string()).await, counts(1, 0, 0, 1));
    let moved = ada.to_string().replace("3.14", "3.15");
    let array = format!("[{moved}, {{\"number\": 8, \"name\": \"Bob\", \"manager\": 7}}]");
    assert_eq!(pushed(&owner, array).await, counts(2, 1, 1, 0));
    let found = rows(
        &owner,
        "SELECT number, name, startedAt, desk.floor AS floor, desk.window AS w, _raw.shoe.size AS size, manager FROM hr_person ORDER BY number",
    )
    .await;
    assert_eq!(
        found,
        json!([
            {"number": 7, "name": "Ada", "startedAt": "2026-01-05T08:00:00.000Z", "floor": 3, "w": true, "size": 38, "manager": null},
            {"number": 8, "name": "Bob", "startedAt": null, "floor": null, "w": null, "size": null, "manager": 7}])
    );
    let raw = rows(&owner, "SELECT _raw FROM hr_person WHERE number = 7").await;
    let raw = match &raw[0]["_raw"] {
        Value::String(text) => serde_json::from_str(text).unwrap(),
        value => value.clone(),
    };
    let mut expected = ada.clone();
    expected["desk"]["room"] = "3.15".into();
    assert_eq!(raw, expected);
    let unnested = rows(&owner, "SELECT s FROM hr_person p, p.skills s ORDER BY s").await;
    assert_eq!(unnested.as_array().unwrap().len(), 2);
    let changes = rows(
        &owner,
        "SELECT type, resourceId, fields FROM hr_person_changes ORDER BY _sequence",
    )
    .await;
    let changes = changes.as_array().cloned().unwrap_or_default();
    assert_eq!(changes.len(), 3, "{changes:?}");
    assert_eq!(
        changes[1],
        json!({"type": "modified", "resourceId": "7", "fields": ["desk.room"]})
    );

    let state = "SELECT status, reason FROM sync_state WHERE type = 'hr_person'";
    let before = rows(&owner, state).await;
    assert_eq!(before[0]["status"], "incomplete");
    assert!(
        before[0]["reason"]
            .as_str()
            .unwrap()
            .starts_with("only single resources"),
        "{before}"
    );
    let all = replaced(&owner, lines(std::slice::from_ref(&ada))).await;
    assert_eq!(
        all,
        json!({"seen": 1, "added": 0, "modified": 1, "unchanged": 0, "removed": 1, "heldBack": 0, "reason": null})
    );
    let after = rows(&owner, state).await;
    assert_eq!(
        (&after[0]["status"], &after[0]["reason"]),
        (&json!("complete"), &Value::Null)
    );

    for _ in 0..2 {
        assert_eq!(
            told(&owner, Method::DELETE, &format!("{PERSON}/7"), "")
                .await
                .0,
            204
        );
    }
    assert_eq!(
        rows(&owner, "SELECT count(*) AS n FROM hr_person").await,
        json!([{"n": 0}])
    );
    let removed = "SELECT count(*) AS n FROM hr_person_changes WHERE type = 'removed'";
    assert_eq!(rows(&owner, removed).await, json!([{"n": 2}]));
    let told = owner.get("/api/changes").await;
    assert_eq!(told["items"][0]["label"], "Ada", "{told}");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_document_that_does_not_fit_changes_nothing() {
    let (server, owner) = defined().await;
    replaced(&owner, json!(people(3)).to_string()).await;
    let mut bad = people(40);
    bad[1] =
        json!({"number": 2, "name": "A name that is longer than the forty characters it may have"});
    bad[2] = json!({"number": "3", "startedAt": "yesterday"});
    for method in [Method::POST, Method::PUT] {
        let (status, problem) = told(&owner, method, PERSON, lines(&bad)).await;
        assert_eq!(status, 422, "{problem}");
        assert_eq!(
            problem["detail"],
            "2 of 40 documents do not fit; nothing was changed"
        );
        let mistakes: Vec<(u64, &str)> = problem["mistakes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|mistake| {
                (
                    mistake["document"].as_u64().unwrap(),
                    mistake["pointer"].as_str().unwrap(),
                )
            })
            .collect();
        assert!(
            mistakes.contains(&(2, "/name")) && mistakes.contains(&(3, "/number")),
            "{mistakes:?}"
        );
        assert!(
            mistakes.contains(&(3, "")),
            "a missing property is the document's: {mistakes:?}"
        );
        assert!(!problem.to_string().contains("yesterday"), "{problem}");
    }
    let all_bad: Vec<Value> = (0..50)
        .map(|_| json!({"number": true, "name": "x"}))
        .collect();
    let (_, problem) = told(&owner, Method::PUT, PERSON, lines(&all_bad)).await;
    assert_eq!(problem["mistakes"].as_array().unwrap().len(), 20);
    let twice =
        r#"[{"number": 1, "name": "a"}, {"number": 2, "name": "b"}, {"number": 1, "name": "c"}]"#;
    let (status, problem) = told(&owner, Method::PUT, PERSON, twice).await;
    assert_eq!(
        (status, problem["mistakes"][0]["document"].as_u64()),
        (422, Some(3))
    );
    for (body, expected) in [
        ("", 422),
        ("[", 422),
        ("[{\"number\": 9, \"name\": \"x\"}", 422),
        ("nonsense", 422),
        ("[1]", 422),
        ("{\"number\": 9, \"number\": 9, \"name\": \"x\"}", 422),
    ] {
        for method in [Method::POST, Method::PUT] {
            let (status, problem) = told(&owner, method.clone(), PERSON, body).await;
            assert_eq!(status, expected, "{method} {body}: {problem}");
        }
    }
    let (status, _) = told(&owner, Method::POST, PERSON, lines(&people(1001))).await;
    assert_eq!(status, 413);
    let long = json!({"number": 9, "name": "x", "note": "y".repeat(1 << 20)}).to_string();
    for method in [Method::POST, Method::PUT] {
        assert_eq!(told(&owner, method, PERSON, long.clone()).await.0, 413);
    }
    let deep = format!(
        "{{\"number\": 9, \"name\": \"x\", \"d\": {}1{}}}",
        "[".repeat(64),
        "]".repeat(64)
    );
    assert_eq!(told(&owner, Method::POST, PERSON, deep).await.0, 422);
    assert_eq!(
        told(&owner, Method::POST, "/api/ingest/hr_nobody", "{}")
            .await
            .0,
        404
    );
    assert_eq!(
        rows(&owner, "SELECT count(*) AS n FROM hr_person").await,
        json!([{"n": 3}])
    );
    assert_eq!(
        rows(&owner, "SELECT count(*) AS n FROM hr_person_changes").await,
        json!([{"n": 3}])
    );
    let left = fs::read_dir(server.folder().join("pushes"))
        .unwrap()
        .count();
    assert_eq!(left, 0, "what was refused leaves nothing behind");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_breaks_off_changes_nothing() {
    let (server, owner) = defined().await;
    replaced(&owner, json!(people(3)).to_string()).await;
    let ingest = key(
        &server,
        &owner,
        json!({"name": "hr", "scope": "ingest", "expiresAt": null}),
    )
    .await;
    let address = server.base.strip_prefix("http://").unwrap().to_owned();
    let secret = ingest.key.clone().unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(&address).unwrap();
        let body = "{\"number\": 1, \"name\": \"One\"}\n";
        write!(
            stream,
            "PUT {PERSON} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {secret}\r\nContent-Length: 5000\r\n\r\n{body}"
        )
        .unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    })
    .await
    .unwrap();
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    assert_eq!(
        rows(&owner, "SELECT count(*) AS n FROM hr_person").await,
        json!([{"n": 3}])
    );
    assert_eq!(
        rows(&owner, "SELECT name FROM hr_person WHERE number = 1").await,
        json!([{"name": "Person 1"}])
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_removals_at_once_are_held_back_until_accepted_or_said_three_times() {
    let (server, owner) = defined().await;
    replaced(&owner, lines(&people(100))).await;
    let few = lines(&people(30));
    let held = replaced(&owner, few.clone()).await;
    assert_eq!(
        (&held["removed"], &held["heldBack"]),
        (&json!(0), &json!(70))
    );
    assert!(
        held["reason"].as_str().unwrap().contains("acceptRemovals"),
        "{held}"
    );
    let shown = owner.get("/api/custom-types/hr_person").await;
    assert_eq!(
        (&shown["status"], &shown["resources"]),
        (&json!("incomplete"), &json!(100))
    );
    let (_, accepted) = told(
        &owner,
        Method::PUT,
        &format!("{PERSON}?acceptRemovals=true"),
        few,
    )
    .await;
    assert_eq!(
        (&accepted["removed"], &accepted["heldBack"]),
        (&json!(70), &json!(0))
    );
    assert_eq!(
        owner.get("/api/custom-types/hr_person").await["status"],
        "complete"
    );
    // What comes along does not make what goes look small.
    let others: Vec<Value> = (1000..2000)
        .map(|n| json!({"number": n, "name": "Other"}))
        .collect();
    for held_back in [30, 30, 0] {
        let answer = replaced(&owner, lines(&others)).await;
        assert_eq!(answer["heldBack"], held_back, "{answer}");
    }
    assert_eq!(
        owner.get("/api/custom-types/hr_person").await["resources"],
        1000
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_push_what_they_are_for_and_nothing_else() {
    let (server, owner) = defined().await;
    let mut machine = person();
    machine["name"] = "cmdb_machine".into();
    owner.post("/api/custom-types", machine).await;
    let new = |scope: &str, bound: Value| json!({"name": scope, "scope": scope, "expiresAt": null, "resourceType": bound});
    let any = key(&server, &owner, new("ingest", Value::Null)).await;
    let bound = key(&server, &owner, new("ingest", json!("cmdb_machine"))).await;
    let reads = key(&server, &owner, new("read", Value::Null)).await;
    pushed(&any, r#"{"number": 1, "name": "Ada"}"#).await;
    let document = r#"{"number": 1, "name": "m1"}"#;
    assert_eq!(
        told(&bound, Method::POST, "/api/ingest/cmdb_machine", document)
            .await
            .0,
        200
    );
    for method in [Method::POST, Method::PUT] {
        assert_eq!(told(&bound, method, PERSON, document).await.0, 403);
    }
    assert_eq!(
        told(&bound, Method::DELETE, &format!("{PERSON}/1"), "")
            .await
            .0,
        403
    );
    assert_eq!(told(&reads, Method::POST, PERSON, document).await.0, 401);
    assert_eq!(
        any.refused(Method::GET, "/api/resources", None).await.0,
        401
    );
    assert_eq!(
        any.refused(Method::POST, "/api/query", Some(json!({"sql": "SELECT 1"})))
            .await
            .0,
        401
    );
    assert_eq!(
        any.refused(Method::GET, "/api/custom-types", None).await.0,
        401
    );
    for wrong in [
        new("read", json!("hr_person")),
        new("ingest", json!("hr_nobody")),
    ] {
        assert_eq!(
            owner
                .refused(Method::POST, "/api/keys", Some(wrong))
                .await
                .0,
            422
        );
    }
    let user = server.invite(&owner, "ursula", "user").await;
    assert_eq!(
        user.refused(Method::POST, "/api/keys", Some(new("ingest", Value::Null)))
            .await
            .0,
        403
    );
    assert_eq!(told(&user, Method::POST, PERSON, document).await.0, 403);
    assert_eq!(
        user.refused(Method::POST, "/api/custom-types", Some(person()))
            .await
            .0,
        403
    );
    let listed = owner.get("/api/keys").await;
    let shown = listed["items"].as_array().unwrap();
    assert!(
        shown
            .iter()
            .any(|key| key["resourceType"] == "cmdb_machine"),
        "{listed}"
    );
    let burst = futures::future::join_all(
        (0..300).map(|_| told(&any, Method::POST, "/api/ingest/cmdb_machine", document)),
    );
    let too_many = burst
        .await
        .iter()
        .filter(|(status, _)| *status == 429)
        .count();
    assert!(too_many > 0 && too_many < 300, "{too_many} of 300");
    server.end().await;
}

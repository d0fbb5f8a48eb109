//! What can be a type, what changes with it, and what goes with it.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    PERSON, defined, lines, people, person, pushed, replaced, rows, told, with_integration,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_type_changes_while_everything_goes_on() {
    let (server, owner) = defined().await;
    replaced(
        &owner,
        r#"[{"number": 1, "name": "Ada", "team": "core", "grade": 4}, {"number": 2, "name": "Bob", "team": 5}]"#,
    )
    .await;
    assert_eq!(
        owner.get("/api/custom-types/hr_person").await["resources"],
        2
    );
    let mut wider = person();
    wider["schema"]["properties"]["team"] = json!({"type": "string"});
    wider["schema"]["properties"]["grade"] = json!({"type": "integer"});
    let changed = owner
        .put("/api/custom-types/hr_person", wider.clone())
        .await;
    assert_eq!(changed["columns"].as_array().unwrap().len(), 11);
    let found = rows(
        &owner,
        "SELECT number, team, grade + 1 AS g FROM hr_person ORDER BY number",
    )
    .await;
    assert_eq!(
        found,
        json!([{"number": 1, "team": "core", "g": 5}, {"number": 2, "team": "5", "g": null}])
    );
    assert_eq!(
        rows(&owner, "SELECT count(*) AS n FROM hr_person_changes").await,
        json!([{"n": 2}]),
        "a column more is no change of a resource"
    );
    // The schema of now holds for what comes now.
    assert_eq!(
        told(
            &owner,
            Method::POST,
            PERSON,
            r#"{"number": 2, "name": "Bob", "team": 5}"#
        )
        .await
        .0,
        422
    );
    let mut other_key = wider.clone();
    other_key["key"] = json!(["name"]);
    let mut secret = wider.clone();
    secret["schema"]["properties"]["team"]["writeOnly"] = true.into();
    let mut broken = wider.clone();
    broken["schema"]["properties"]["team"] = json!({"$ref": "https://example.com/team.json"});
    for (wrong, pointer) in [
        (other_key, "/key"),
        (secret, "/schema"),
        (broken, "/schema/properties/team/$ref"),
        (json!({"name": "hr_other", "schema": {}}), "/name"),
    ] {
        let (status, problem) = owner
            .refused(Method::PUT, "/api/custom-types/hr_person", Some(wrong))
            .await;
        assert_eq!(
            (status, &problem["mistakes"][0]["pointer"]),
            (422, &json!(pointer)),
            "{problem}"
        );
    }
    assert_eq!(
        owner
            .refused(
                Method::PUT,
                "/api/custom-types/hr_nobody",
                Some(wider.clone())
            )
            .await
            .0,
        404
    );
    let again = owner.get("/api/custom-types/hr_person").await;
    assert_eq!(
        again["columns"].as_array().unwrap().len(),
        11,
        "what is refused changes nothing"
    );
    let server = server.restart().await;
    let mut asker = server.stranger();
    asker
        .sign_in_by(
            Method::POST,
            "/api/session",
            json!({"email": "olga@example.com", "password": crate::harness::PASSWORD}),
        )
        .await;
    assert_eq!(
        rows(&asker, "SELECT team FROM hr_person WHERE number = 1").await,
        json!([{"team": "core"}])
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_type_takes_its_resources_and_history_along() {
    let (server, owner) = defined().await;
    let mut other = person();
    other["name"] = "cmdb_machine".into();
    owner.post("/api/custom-types", other).await;
    replaced(&owner, lines(&people(50))).await;
    assert_eq!(
        told(
            &owner,
            Method::PUT,
            "/api/ingest/cmdb_machine",
            lines(&people(5))
        )
        .await
        .0,
        200
    );
    let path = "/api/custom-types/hr_person";
    for confirm in ["", "?confirm=hr", "?confirm=HR_PERSON"] {
        assert_eq!(
            owner
                .refused(Method::DELETE, &format!("{path}{confirm}"), None)
                .await
                .0,
            422
        );
    }
    let gone = owner
        .send(Method::DELETE, &format!("{path}?confirm=hr_person"), None)
        .await;
    assert_eq!(gone.status().as_u16(), 204);
    assert_eq!(owner.refused(Method::GET, path, None).await.0, 404);
    let unknown = owner
        .refused(
            Method::POST,
            "/api/query",
            Some(json!({"sql": "SELECT * FROM hr_person"})),
        )
        .await;
    assert_eq!(unknown.0, 422);
    assert_eq!(told(&owner, Method::POST, PERSON, "{}").await.0, 404);
    let state = "SELECT count(*) AS n FROM sync_state WHERE type = 'hr_person'";
    assert_eq!(rows(&owner, state).await, json!([{"n": 0}]));
    // One of the same name begins with nothing.
    owner.post("/api/custom-types", person()).await;
    for table in ["hr_person", "hr_person_changes"] {
        let count = format!("SELECT count(*) AS n FROM {table}");
        assert_eq!(rows(&owner, &count).await, json!([{"n": 0}]), "{table}");
    }
    assert_eq!(
        rows(&owner, "SELECT count(*) AS n FROM cmdb_machine_changes").await,
        json!([{"n": 5}])
    );
    pushed(&owner, r#"{"number": 1, "name": "New"}"#).await;
    let added = "SELECT type FROM hr_person_changes";
    assert_eq!(rows(&owner, added).await, json!([{"type": "added"}]));
    // With its integration everything goes.
    let integrations = owner.get("/api/integrations").await;
    let id = integrations["items"][0]["id"].as_str().unwrap();
    let deletion = Some(json!({"confirm": "HR"}));
    let response = owner
        .send(Method::DELETE, &format!("/api/integrations/{id}"), deletion)
        .await;
    assert_eq!(response.status().as_u16(), 204);
    assert_eq!(owner.get("/api/custom-types").await["items"], json!([]));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn definitions_are_refused_with_everything_that_is_wrong() {
    let (server, owner) = with_integration().await;
    let refused = async |definition: Value| -> Vec<String> {
        let (status, problem) = owner
            .refused(Method::POST, "/api/custom-types", Some(definition))
            .await;
        assert_eq!(status, 422, "{problem}");
        problem["mistakes"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|mistake| mistake["pointer"].as_str().unwrap().to_owned())
            .collect()
    };
    for name in [
        "okta_user",
        "person",
        "sync_state",
        "okta_thing",
        "hr_person_changes",
        "custom_x",
    ] {
        let mut taken = person();
        taken["name"] = name.into();
        assert_eq!(refused(taken).await, ["/name"], "{name}");
    }
    let mut several = person();
    several["name"] = "Person".into();
    several["key"] = json!(["number", "shoe"]);
    several["schema"]["required"] = json!([]);
    several["schema"]["properties"]["name"]["maxLength"] = json!("forty");
    assert_eq!(
        refused(several).await,
        [
            "/key/0",
            "/key/1",
            "/name",
            "/schema/properties/name/maxLength"
        ]
    );
    let mut elsewhere = person();
    elsewhere["integration"] = "Nowhere".into();
    assert_eq!(refused(elsewhere).await, ["/integration"]);
    owner.post("/api/custom-types", person()).await;
    assert_eq!(refused(person()).await, ["/name"]);
    assert!(refused(json!({"name": "hr_x"})).await.is_empty());
    let new = json!({"provider": "custom", "name": "CMDB", "settings": {}, "secrets": {}});
    owner.post("/api/integrations", new).await;
    let mut unclear = person();
    unclear["name"] = "hr_other".into();
    assert_eq!(refused(unclear.clone()).await, ["/integration"]);
    unclear["integration"] = "cmdb".into();
    assert_eq!(
        owner.post("/api/custom-types", unclear).await["integration"]["name"],
        "CMDB"
    );
    let hr = owner.get("/api/integrations").await["items"][1].clone();
    assert_eq!(
        (&hr["name"], &hr["nextRunAt"]),
        (&json!("HR"), &Value::Null)
    );
    let sync = format!("/api/integrations/{}/sync", hr["id"].as_str().unwrap());
    let order = json!({"full": false, "acceptRemovals": []});
    assert_eq!(owner.refused(Method::POST, &sync, Some(order)).await.0, 422);
    server.end().await;
}

//! Who made a change, told by a command that collects once.

use crate::common::{add, ask, done, rows, sim};

#[test]
fn a_sync_says_who_made_what_it_finds() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(40);
    add(&data, &url, "main");
    done(&data, &["sync"]);
    let known = "SELECT count(*) AS n FROM okta_user_changes WHERE actor IS NOT NULL";
    assert_eq!(rows(&data, known)[0]["n"], 0);
    let orders = r#"[{"op": "set_status", "user": 12, "status": "SUSPENDED"}]"#;
    let answer = ask(&url, "/_sim/change", orders);
    assert!(!answer.contains("\"error\""), "{answer}");
    done(&data, &["sync"]);
    let found = rows(
        &data,
        "SELECT c.actor.kind AS kind, c.eventType AS what, e.activity AS activity, e.actor = c.actor.name AS same \
         FROM okta_user_changes c JOIN audit_event e ON e.id = c._meta.event.id WHERE c.type = 'modified'",
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["kind"], "User");
    assert_eq!(found[0]["what"], "user.lifecycle.suspend");
    assert_eq!(found[0]["activity"], "user.lifecycle.suspend");
    assert_eq!(found[0]["same"], true);
}

//! The description of the interface beside this crate is what the handlers say. The page's client is generated from it.

use std::{env, fs, path::Path};

#[test]
fn no_two_operations_have_one_name() {
    let document = muster_server::openapi();
    let names: Vec<&str> = document
        .paths
        .paths
        .values()
        .flat_map(|item| [&item.get, &item.post, &item.put, &item.patch, &item.delete])
        .flatten()
        .map(|operation| operation.operation_id.as_deref().unwrap())
        .collect();
    let different: std::collections::BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), different.len());
}

#[test]
fn the_description_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let said = muster_server::openapi().to_pretty_json().unwrap() + "\n";
    if env::var_os("MUSTER_OPENAPI_UPDATE").is_some() {
        fs::write(&path, &said).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == said,
        "openapi.json is not what the handlers say; `MUSTER_OPENAPI_UPDATE=1 cargo nextest run --workspace --test openapi` \
         writes it, then `npm run client` in web/ renews the page's client"
    );
}

//! Who answers for a group.

use serde_json::json;

use super::{Documents, Sheet};
use crate::okta::errors::ApiError;
use crate::state::Owner;

/// `/groups/{id}/owners`: the moment in a form of its own.
pub fn owners(sheet: &Sheet<'_>, group: &str) -> Result<Documents, ApiError> {
    let state = sheet.state;
    let g = state
        .find_group(group)
        .ok_or_else(|| ApiError::not_found(group, "UserGroup"))?;
    let built = state.owner_of(g).into_iter().map(|owner| {
        let id = state.owner_id(owner);
        let (kind, name) = match owner {
            Owner::Person(i) => {
                let (first, last) = state.company.shown_name(i);
                ("USER", format!("{first} {last}"))
            }
            Owner::Group(g) => ("GROUP", state.groups[g].group.name.clone()),
        };
        let document = json!({
            "id": id, "type": kind, "resolved": true, "originId": null, "originType": "OKTA_DIRECTORY", "displayName": name,
            "lastUpdated": sheet.before_in_words(150)});
        (id, document)
    });
    Ok(built.collect())
}

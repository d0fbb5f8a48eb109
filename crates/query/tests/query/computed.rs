//! Columns that are computed from other types' rows, or from the integration.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use crate::support::{Company, resource_type, text};
use muster_model::{
    ColumnType, Computation, Computed, Organisation, OrganisationFact, Others, Principal,
    ResourceType, TypeState, TypeStatus,
};
use muster_query::{
    Engine, EngineOptions, QueryError, Request,
    format::{Format, Writer},
};
use serde_json::{Value, json};

fn ask(company: Company, sql: &str) -> Result<String, QueryError> {
    let engine = Engine::new(EngineOptions { threads: 2 }).unwrap();
    let request = Request::new(sql);
    let mut stream = engine.query_blocking(&Principal::Owner, Arc::new(company), request)?;
    let mut writer = Writer::new(Format::Csv, stream.schema(), Vec::new());
    while let Some(batch) = stream.next_blocking()? {
        writer.write(&batch).unwrap();
    }
    Ok(String::from_utf8(writer.finish().unwrap()).unwrap())
}

fn computed(name: &str, column_type: ColumnType, computation: Computation) -> Computed {
    Computed {
        name: name.to_owned(),
        column_type,
        computation,
    }
}

/// People whose directories are known from two lists of pairs.
fn company() -> Company {
    let mut company = Company::small();
    let cloud = company.integrations[1].id.clone();
    company.integrations[1].organisation = Some(Organisation {
        id: "5f".to_owned(),
        name: Some("Acme".to_owned()),
    });
    let lists = ["jumpcloud_ldap_server_user", "jumpcloud_gsuite_user"];
    let directories = Computation::List {
        others: Others {
            resource_types: lists.map(str::to_owned).to_vec(),
            on: vec![("userId".to_owned(), "id".to_owned())],
            filter: Vec::new(),
        },
        value: "directoryId".to_owned(),
    };
    let user = company
        .types
        .iter_mut()
        .find(|known| known.name == "jumpcloud_user")
        .unwrap();
    *user = Arc::new(ResourceType {
        computed: vec![
            computed(
                "directories",
                ColumnType::List(Box::new(ColumnType::String)),
                directories,
            ),
            computed(
                "organizationId",
                ColumnType::String,
                Computation::Organisation(OrganisationFact::Id),
            ),
            computed(
                "organizationName",
                ColumnType::String,
                Computation::Organisation(OrganisationFact::Name),
            ),
        ],
        ..ResourceType::clone(user)
    });
    let pairs: [&[(&str, &str)]; 2] =
        [&[("j1", "l2"), ("j1", "l1"), ("j1", "l2")], &[("j1", "g1")]];
    for (name, pairs) in lists.into_iter().zip(pairs) {
        let pairs: Vec<Value> = pairs
            .iter()
            .enumerate()
            .map(|(n, (user, directory))| {
                json!({"id": n.to_string(), "userId": user, "directoryId": directory})
            })
            .collect();
        let columns = vec![text("id"), text("userId"), text("directoryId")];
        company.types.push(Arc::new(resource_type(name, columns)));
        company.rows.insert((name.to_owned(), cloud.clone()), pairs);
        company.states.push(TypeState {
            resource_type: name.to_owned(),
            status: TypeStatus::Complete,
            ..company.states[0].clone()
        });
    }
    company
}

#[test]
fn a_list_is_what_all_the_types_have_in_order_and_once() {
    let sql = "SELECT id, array_to_string(directories, '+') AS d, cardinality(directories) AS n FROM jumpcloud_user ORDER BY id";
    assert_eq!(
        ask(company(), sql).unwrap(),
        "id,d,n\nj1,g1+l1+l2,3\nj2,\"\",0\n"
    );
    let opened = "SELECT u.id, d AS d FROM jumpcloud_user u, u.directories d ORDER BY d";
    assert_eq!(
        ask(company(), opened).unwrap(),
        "id,d\nj1,g1\nj1,l1\nj1,l2\n"
    );
}

#[test]
fn a_list_is_unknown_until_every_type_is_listed() {
    let mut company = company();
    let cloud = company.integrations[1].id.clone();
    let gsuite = ("jumpcloud_gsuite_user".to_owned(), cloud);
    company.listed.insert(gsuite, Some(Vec::new()));
    let sql = "SELECT count(*) AS n FROM jumpcloud_user WHERE directories IS NULL";
    assert_eq!(ask(company, sql).unwrap(), "n\n2\n");
}

#[test]
fn the_organisation_stands_in_every_row() {
    let sql = "SELECT id, organizationId, organizationName FROM jumpcloud_user WHERE organizationName = 'Acme' ORDER BY id";
    assert_eq!(
        ask(company(), sql).unwrap(),
        "id,organizationId,organizationName\nj1,5f,Acme\nj2,5f,Acme\n"
    );
}

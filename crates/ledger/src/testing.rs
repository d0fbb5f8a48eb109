//! What the tests of this crate share.

use muster_model::{Column, ColumnType, Path, ResourceType};

fn column(name: &str, column_type: ColumnType) -> Column {
    Column {
        name: name.into(),
        from: Path::fields([name]),
        column_type,
        required: false,
    }
}

/// A small resource type: key `id`, volatile `lastLogin`, secret `secret`.
pub(crate) fn resource_type() -> ResourceType {
    ResourceType {
        name: "test_user".into(),
        provider: "test".into(),
        title: "Test User".into(),
        description: String::new(),
        key: vec![Path::fields(["id"])],
        label: None,
        parent: None,
        columns: vec![
            column("id", ColumnType::String),
            column("name", ColumnType::String),
            column("lastLogin", ColumnType::Timestamp),
        ],
        computed: vec![],
        same_as: None,
        volatile: vec![Path::fields(["lastLogin"])],
        redact: vec![Path::fields(["secret"])],
        references: vec![],
        hot: vec![],
    }
}

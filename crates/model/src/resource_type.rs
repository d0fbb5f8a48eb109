use crate::Path;

/// What the resources of one table look like: the meaning of one resource file.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceType {
    /// Table name: provider and singular noun, `okta_user`.
    pub name: String,
    /// The provider it belongs to, `okta`.
    pub provider: String,
    /// Name for people, `Okta User`.
    pub title: String,
    /// One or two sentences for documentation and autocomplete.
    pub description: String,
    /// Paths of the values that tell one resource of a parent (or of the integration) from another.
    pub key: Vec<Path>,
    /// The column a person knows a resource by, in documented names: `profile.login`. The key is shown where there is none.
    pub label: Option<Path>,
    /// The type whose every resource has a listing of its own of this type.
    pub parent: Option<Parent>,
    /// Columns in declared order, as the vendor nests them.
    pub columns: Vec<Column>,
    /// Columns whose value lives in another resource, computed when read.
    pub computed: Vec<Computed>,
    /// Set when the vendor answers with another resource's own document: only the key is kept here, and
    /// the columns are read from that resource.
    pub same_as: Option<SameAs>,
    /// A difference here alone is a touch, not a change.
    pub volatile: Vec<Path>,
    /// Secrets that are replaced by `"[redacted]"` before anything is kept.
    pub redact: Vec<Path>,
    /// What points at other resources; the edges of the graph.
    pub references: Vec<Reference>,
    /// Path of an object with many undeclared members, kept as one JSON column of its own so that reading
    /// an undeclared member does not parse the whole document.
    pub hot: Vec<Path>,
}

/// Where a child type hangs.
#[derive(Debug, Clone, PartialEq)]
pub struct Parent {
    /// Name of the parent's type.
    pub resource_type: String,
    /// The columns that hold the parent's key, one per key part, in order: `["groupId"]`. They are read from the
    /// resource key, because the vendor's documents do not repeat them.
    pub columns: Vec<String>,
}

/// One column, or one member of a structured column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The documented name.
    pub name: String,
    /// The vendor's path, relative to the enclosing object; usually the name itself.
    pub from: Path,
    /// What it holds.
    pub column_type: ColumnType,
    /// Whether the vendor documents it as always there.
    pub required: bool,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnType {
    /// UTF-8 text.
    String,
    /// `true` or `false`.
    Boolean,
    /// 64-bit signed integer.
    Integer,
    /// 64-bit floating point number.
    Number,
    /// A moment, in milliseconds, UTC.
    Timestamp,
    /// Any JSON value, kept as its text.
    Json,
    /// An object with declared members.
    Struct(Vec<Column>),
    /// An array whose elements are alike.
    List(Box<ColumnType>),
}

/// A column whose value lives in another resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    /// The documented name.
    pub name: String,
    /// What it holds.
    pub column_type: ColumnType,
    /// How it is found.
    pub computation: Computation,
}

/// How a computed column is found. One that looks into other resources is null while these are not complete for that row.
#[derive(Debug, Clone, PartialEq)]
pub enum Computation {
    /// Whether any other resource fits.
    Exists(Others),
    /// The values of a column of the others that fit, in order, each once.
    List {
        /// Those looked into.
        others: Others,
        /// The column there.
        value: String,
    },
    /// The organisation of the integration.
    Organisation(OrganisationFact),
}

/// Resources of other types that belong to one of this type.
#[derive(Debug, Clone, PartialEq)]
pub struct Others {
    /// The types looked into, which have the columns below alike.
    pub resource_types: Vec<String>,
    /// (column there, column here) pairs that must be equal.
    pub on: Vec<(String, String)>,
    /// (column there, text) pairs that must be equal as well.
    pub filter: Vec<(String, String)>,
}

/// What is told of an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganisationFact {
    /// The vendor's id for it.
    Id,
    /// Its name.
    Name,
}

impl Computation {
    /// The resources it looks into; none where it looks into none.
    pub fn others(&self) -> Option<&Others> {
        match self {
            Self::Exists(others) | Self::List { others, .. } => Some(others),
            Self::Organisation(_) => None,
        }
    }
}

/// The columns of a type that the vendor spells out again inside another type's listing.
#[derive(Debug, Clone, PartialEq)]
pub struct SameAs {
    /// The type whose documents these are.
    pub resource_type: String,
    /// The column here that holds that resource's key.
    pub column: String,
}

/// A value that is the key of another resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// Where the value stands, in documented names.
    pub path: Path,
    /// The type it points at.
    pub resource_type: String,
}

impl ResourceType {
    /// The declared or computed column of this name, ignoring case.
    pub fn column_type(&self, name: &str) -> Option<&ColumnType> {
        self.columns
            .iter()
            .map(|column| (&column.name, &column.column_type))
            .chain(
                self.computed
                    .iter()
                    .map(|computed| (&computed.name, &computed.column_type)),
            )
            .find(|(candidate, _)| candidate.eq_ignore_ascii_case(name))
            .map(|(_, column_type)| column_type)
    }
}

use std::{borrow::Cow, sync::Arc, time::Duration};

use muster_model::{Path, ResourceType};
use serde_json::Value;

use super::Preparation;
use crate::{named::ParentCheck, template::Template};

/// One file under `resources/`: what the resources look like, and how the vendor is asked for them.
#[derive(Debug)]
pub struct ResourceFile {
    /// What the resources look like.
    pub resource_type: Arc<ResourceType>,
    /// How the vendor is asked for them.
    pub listing: Listing,
    /// What is done to each document before it is kept.
    pub preparation: Arc<Preparation>,
    /// Where recordings and documentation differ, and why the file follows which. A decode warning at such a
    /// path is not worth repeating.
    pub explained: Vec<Explanation>,
    /// The file, relative to the folder of providers: `okta/resources/okta_user.toml`.
    pub source_file: String,
}

impl ResourceFile {
    /// A type whose resources are pushed to us: there is no file, and nobody is asked.
    pub fn pushed(resource_type: Arc<ResourceType>) -> Self {
        Self {
            resource_type,
            listing: Listing {
                path: Template::empty(),
                paging: Paging::None,
                shape: Shape::Array,
                bucket: String::new(),
                variants: None,
                parent_conditions: Vec::new(),
                derive: None,
                refresh: None,
                marker: None,
                detail: None,
                read: None,
                joins: Vec::new(),
                requires: None,
            },
            preparation: Arc::default(),
            explained: Vec::new(),
            source_file: String::new(),
        }
    }

    /// The table's name, `okta_user`.
    pub fn name(&self) -> &str {
        &self.resource_type.name
    }

    /// A vendor's document as it is kept: in its documented spelling, with what the file adds. `variant` is the value of
    /// the variant it was listed under.
    pub fn prepare<'d>(&self, document: &'d str, variant: Option<&str>) -> Cow<'d, str> {
        self.preparation
            .prepare(&self.resource_type, document, variant)
    }

    /// The parent's type, for a type that is listed once per parent.
    pub fn parent(&self) -> Option<&str> {
        self.resource_type
            .parent
            .as_ref()
            .map(|parent| parent.resource_type.as_str())
    }
}

/// A note on a path where the vendor's answers and its documentation differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Where, in documented names.
    pub path: Path,
    /// In one sentence, what differs and what we do.
    pub note: String,
}

/// How the vendor is asked for all resources of a type (of one parent, for a child type).
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// Path and query of the first page. Names in braces are the parent's key columns and the variant.
    pub path: Template,
    /// How one page leads to the next.
    pub paging: Paging,
    /// Where the resources stand in an answer.
    pub shape: Shape,
    /// Which of the vendor's rate limits the request counts against; each has a budget of its own.
    pub bucket: String,
    /// Set when the vendor has one listing per value of something.
    pub variants: Option<Variants>,
    /// Only parents that meet all of these have a listing.
    pub parent_conditions: Vec<ParentCondition>,
    /// Set when the resources of some parents are those of another type and need not be asked for.
    pub derive: Option<Derive>,
    /// How long a finished listing holds good when nothing says it moved. Absent: it is asked for in every run.
    pub refresh: Option<Duration>,
    /// What in the parent tells that its listing moved.
    pub marker: Option<Marker>,
    /// Set when the listing leaves members out that only a request per resource shows.
    pub detail: Option<Detail>,
    /// Set when the vendor shows one resource by its key.
    pub read: Option<Read>,
    /// Other documents whose content belongs into each resource. Only for listings of a single object.
    pub joins: Vec<Join>,
    /// Name of the feature the organisation needs to have.
    pub requires: Option<String>,
}

/// How one page leads to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// By a `Link` header with `rel="next"`, in one or several header lines.
    Link,
    /// By `_links.next.href` in the body.
    BodyLink,
    /// There is one page.
    None,
    /// By a number in the query that counts on.
    Numbered(Numbered),
}

/// A listing whose pages are asked for by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// What the number counts.
    pub counting: Counting,
    /// The parameter of the query that holds it, with settings in braces.
    pub parameter: Template,
    /// Where an answer says how many resources there are.
    pub total: Option<Total>,
    /// Whether the path asks for an order. Then each page begins with the last resource of the one before, which shows
    /// that nothing before it came or went meanwhile.
    pub sorted: bool,
}

/// What the number of a page counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// The resources before it, from 0: `skip=200`.
    Resources,
    /// The pages, from 1: `page=3`.
    Pages,
}

/// Where an answer says how many resources there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Total {
    /// In this member of the body.
    Member(String),
    /// In this header.
    Header(String),
}

/// How one resource is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// Where; names in braces are the parent's columns and the own key columns.
    pub path: Template,
    /// These names, in the order of the key.
    pub names: Vec<String>,
}

/// Where the resources stand in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// The answer is an array of them.
    Array,
    /// The answer is an object, and a member of it is an array of them.
    Wrapped(Envelope),
    /// The answer is the one resource.
    Single,
}

/// The object around an array of resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The member with the array, `results` or `Data.Items`, with settings in braces.
    pub member: Template,
    /// The same, with the settings' defaults.
    pub usual: String,
    /// Whether an array without its envelope is understood as well.
    pub bare: bool,
}

/// One listing per value: Okta's policies are listed by policy type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variants {
    /// The name in braces that each value replaces.
    pub placeholder: String,
    /// Values every organisation has.
    pub always: Vec<String>,
    /// (feature, values that organisations with it have as well).
    pub with_feature: Vec<(String, Vec<String>)>,
}

impl Variants {
    /// The values to list for an organisation with these features, in the order of the file.
    pub fn values(&self, has_feature: impl Fn(&str) -> bool) -> Vec<&str> {
        let extra = self
            .with_feature
            .iter()
            .filter(|(feature, _)| has_feature(feature))
            .flat_map(|(_, values)| values);
        self.always
            .iter()
            .chain(extra)
            .map(String::as_str)
            .collect()
    }
}

/// A value a parent must have to have children of this type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentCondition {
    /// Where in the parent's document.
    pub path: Path,
    /// What it must be one of.
    pub any_of: Vec<String>,
}

/// Parents whose children need not be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derive {
    /// Which parents.
    pub parents: ParentCheck,
    /// The type every one of whose resources is a child of such a parent.
    pub from: String,
}

/// A value in the parent that moves when its children do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// Where in the parent's document.
    pub path: Path,
    /// The vendor's own words that say so, and where they stand.
    pub vendor_says: String,
}

/// A request per resource for what the listing leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Where to ask; names in braces are the resource's own key columns.
    pub path: Template,
    /// How long an answer holds good when the listed document did not move. Absent: asked for in every run.
    pub refresh: Option<Duration>,
}

/// Another document that belongs into a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// Where to ask.
    pub path: Template,
    /// The member of the resource that it becomes.
    pub into: String,
}

/// What a parent's document tells about its listing of one child type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParentFacts {
    /// Whether the parent has such a listing at all.
    pub listed: bool,
    /// Whether its children are all resources of [`Derive::from`].
    pub derived: bool,
    /// The marker's value, as text.
    pub marker: Option<String>,
}

impl Listing {
    /// Whether [`Listing::parent_facts`] looks at the document at all. Where not, a parent's key is enough.
    pub fn needs_parent_document(&self) -> bool {
        !self.parent_conditions.is_empty() || self.derive.is_some() || self.marker.is_some()
    }

    /// What a parent's document tells about this listing.
    pub fn parent_facts(&self, parent: &Value) -> ParentFacts {
        let listed = self.parent_conditions.iter().all(|condition| {
            condition.path.values(parent).iter().any(|value| {
                value
                    .as_str()
                    .is_some_and(|text| condition.any_of.iter().any(|fit| fit == text))
            })
        });
        let derived = self
            .derive
            .as_ref()
            .is_some_and(|derive| derive.parents.fits(parent));
        let marker = self.marker.as_ref().and_then(|marker| {
            let found = marker.path.values(parent);
            found.first().and_then(|value| match value {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            })
        });
        ParentFacts {
            listed,
            derived,
            marker,
        }
    }
}

use std::collections::BTreeMap;

use muster_model::{Severity, TypeStatus};

/// One file under `rules/`: what has to hold of the resources of a type, as it is written. What its SQL means is
/// found out by whoever evaluates it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFile {
    /// What people refer to it by, `OKTA-098`; unique over all providers.
    pub id: String,
    /// The file's name without its ending.
    pub slug: String,
    /// The provider it came with.
    pub provider: String,
    /// What holds when it is kept, in a line.
    pub title: String,
    /// Why it matters, in two or three sentences.
    pub why: String,
    /// How much harm breaking it invites.
    pub severity: Severity,
    /// The type whose resources it judges.
    pub judges: String,
    /// SQL condition: which of them it is about. Absent: all.
    pub applies: Option<PlacedText>,
    /// SQL condition: which of those break it. True breaks, false passes, null is not evaluated.
    pub breaks: PlacedText,
    /// SQL expressions over the judged row that are the evidence.
    pub shows: Vec<PlacedText>,
    /// SQL expression that gives the name a person knows the resource by.
    pub label: Option<PlacedText>,
    /// Words to filter by.
    pub tags: Vec<String>,
    /// What to do about it, one step each.
    pub remediation: Vec<String>,
    /// Where frameworks ask for it.
    pub frameworks: Vec<Framework>,
    /// Documents and what has to be said of them.
    pub samples: Vec<Sample>,
    /// The file, relative to the folder of providers.
    pub source_file: String,
}

/// A text of a file, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedText {
    /// The text.
    pub text: String,
    /// The line it begins in, counted from 1.
    pub line: usize,
}

/// A framework's control that a rule decides, or helps to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// `NIST 800-53r5`.
    pub framework: String,
    /// The control's name there, `AC-2(3)`.
    pub control: String,
}

/// A little world and what a rule has to say of one resource in it: the first of the judged type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// What it shows.
    pub name: String,
    /// What has to be said.
    pub verdict: SampleVerdict,
    /// What `now()` says, RFC 3339.
    pub now: Option<String>,
    /// Documents as the vendor answers with them, by type.
    pub documents: BTreeMap<String, SampleDocuments>,
    /// How far types can be believed; complete where nothing is said.
    pub states: BTreeMap<String, TypeStatus>,
    /// The line it begins in.
    pub line: usize,
}

/// The documents of one type of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SampleDocuments {
    /// Of a type that is listed once.
    Listed(Vec<String>),
    /// Of a type that is listed per parent: by the parent's key. A parent with no documents has been listed too.
    PerParent(Vec<(String, Vec<String>)>),
}

/// What a rule can say of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SampleVerdict {
    /// The rule is kept.
    Pass,
    /// The rule is broken.
    Fail,
    /// The rule is not about this resource.
    NotApplicable,
    /// It cannot be said: something it looks at is missing.
    NotEvaluated,
}

impl SampleVerdict {
    /// Every verdict.
    pub const ALL: [Self; 4] = [
        Self::Pass,
        Self::Fail,
        Self::NotApplicable,
        Self::NotEvaluated,
    ];

    /// The word used in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not_applicable",
            Self::NotEvaluated => "not_evaluated",
        }
    }

    /// The verdict of this name, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == word)
    }
}

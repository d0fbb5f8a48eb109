//! Rules judged, and what people do about what they find.

mod findings;
mod samples;
mod support;
mod verdicts;

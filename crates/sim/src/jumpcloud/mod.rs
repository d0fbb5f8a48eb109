//! JumpCloud: the same people in a second directory that follows the first with a delay, their devices, and what is on them.

mod access;
mod api;
mod applications;
mod console;
mod counts;
mod devices;
mod errors;
mod event;
mod founding;
mod graph;
mod groups;
mod ids;
mod insights;
mod insights_log;
mod lists;
mod organization;
mod paging;
mod policies;
mod routes;
mod services;
mod truth;
mod users;

pub use api::JumpCloud;
pub use console::{Account, Console};
pub use ids::Kind as HexKind;

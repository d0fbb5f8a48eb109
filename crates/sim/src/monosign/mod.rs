//! MonoSign: the same people in a third place. Its interface is not published: the headers and the envelope are known, the
//! lists and how they are paged are our reading.

mod api;
mod documents;
mod ids;

pub use api::{CREDENTIALS, MonoSign};

//! Who asks, and whether they may. Decided in one place, before any handler runs.

mod caller;
mod guard;
mod session_cookie;
mod table;
mod throttle;

pub use caller::{Address, Caller};
pub use guard::guard;
pub use session_cookie::{CSRF_PURPOSE, ended, signed_in};
pub use throttle::{Throttle, times};

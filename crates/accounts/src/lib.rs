//! The people and keys that may use Muster: users, sessions, API keys, roles, and the record of who did what.
//!
//! Everything works inside a transaction of the control file and is told the time; nothing here knows HTTP. What lets
//! somebody in (a session's token, an invitation, an API key) is 256 random bits, handed out once and stored as
//! a hash. Passwords are stored as argon2id says.

mod audit;
mod error;
mod invitations;
mod keys;
mod password;
mod role;
mod sessions;
mod tables;
mod token;
mod users;

pub use audit::{Audit, AuditEntry, NewAuditEntry};
pub use error::AccountError;
pub use invitations::Invitations;
pub use keys::{ApiKey, ApiKeys, NewApiKey, Scope};
pub use password::{Password, PasswordHash};
pub use role::{Permission, Role};
pub use sessions::{Session, Sessions};
pub use tables::MIGRATION;
pub use token::Token;
pub use users::{NewUser, User, Users};

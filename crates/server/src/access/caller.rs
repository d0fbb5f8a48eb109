use std::{convert::Infallible, net::SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts as RequestParts,
};
use muster_accounts::{ApiKey, Audit, NewAuditEntry, Permission, Role, Token, User};
use muster_model::Principal;
use muster_rules::Person;
use rusqlite::Transaction;
use serde_json::Value;

use crate::problem::Problem;

/// Whoever asks. There is one wherever a handler runs that is not open to everybody.
#[derive(Debug, Clone)]
pub struct Caller {
    pub kind: Kind,
    /// From where.
    pub address: Address,
}

/// What a request was let in by.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A person, by their session.
    User(User, Token),
    /// A program, by its key.
    Key(ApiKey),
}

impl Caller {
    /// Whether they may do it.
    pub fn may(&self, permission: Permission) -> bool {
        match &self.kind {
            Kind::User(user, _) => user.role.may(permission),
            Kind::Key(key) => key.scope.may(permission),
        }
    }

    /// Their role, where it matters whom they manage. A key manages nobody above a user.
    pub fn role(&self) -> Role {
        match &self.kind {
            Kind::User(user, _) => user.role,
            Kind::Key(_) => Role::User,
        }
    }

    /// The id of the user or the key.
    pub fn id(&self) -> &str {
        match &self.kind {
            Kind::User(user, _) => &user.id,
            Kind::Key(key) => &key.id,
        }
    }

    /// What they are called.
    pub fn name(&self) -> &str {
        match &self.kind {
            Kind::User(user, _) => &user.name,
            Kind::Key(key) => &key.name,
        }
    }

    /// The only type a key may push, where it is bound to one.
    pub fn bound_to(&self) -> Option<&str> {
        match &self.kind {
            Kind::User(..) => None,
            Kind::Key(key) => key.resource_type.as_deref(),
        }
    }

    /// As whom they act on findings.
    pub fn person(&self) -> Person {
        Person {
            id: self.id().to_owned(),
            name: self.name().to_owned(),
        }
    }

    /// The person behind a session.
    pub fn user(&self) -> Result<(&User, &Token), Problem> {
        match &self.kind {
            Kind::User(user, token) => Ok((user, token)),
            Kind::Key(_) => Err(Problem::forbidden(
                "this is for people; a key has no session",
            )),
        }
    }

    /// What they may ask about. Every role reads everything that was collected.
    pub fn principal(&self) -> Principal {
        Principal::Owner
    }

    /// Who they are, for a note that somebody else writes.
    pub fn author(&self) -> NewAuditEntry<'_> {
        NewAuditEntry {
            actor_id: Some(self.id()),
            actor: self.name(),
            address: self.address.0.as_deref(),
            ..NewAuditEntry::default()
        }
    }

    /// Notes in the transaction that does it what they do.
    pub fn note(
        &self,
        transaction: &Transaction<'_>,
        action: &str,
        target: Option<&str>,
        detail: Option<Value>,
        now: i64,
    ) -> Result<(), Problem> {
        let entry = NewAuditEntry {
            actor_id: Some(self.id()),
            actor: self.name(),
            action,
            target,
            detail,
            address: self.address.0.as_deref(),
        };
        Ok(Audit(transaction).note(&entry, now)?)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut RequestParts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Problem::unauthenticated("sign in first"))
    }
}

/// Where a request comes from, as far as the connection tells.
#[derive(Debug, Clone, Default)]
pub struct Address(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut RequestParts, _: &S) -> Result<Self, Infallible> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(
            address.map(|ConnectInfo(address)| address.ip().to_string()),
        ))
    }
}

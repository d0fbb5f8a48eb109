#![doc = include_str!("../README.md")]

pub mod definition;
pub mod http;
pub mod named;
mod problem;
mod read;
mod template;

pub use definition::{AuditLog, Catalogue, Provider, ResourceFile, Settings, SettingsError, lint};
pub use http::{
    Client, ClientError, ClientOptions, Page, Pages, ProbeReport, RequestError, Secrets, probe,
};
pub use problem::{Problem, Problems};
pub use template::{Template, TemplateError};

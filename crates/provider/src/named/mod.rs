//! Facts that need an `if`: Rust functions that provider files refer to by name.
//!
//! A new one is a variant here, its name in `parse`, and a function beside it.

mod jumpcloud;
mod okta;
mod setting;

use serde_json::Value;

/// How a typed setting becomes the stored one, and which values are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingCheck {
    /// Any text that is not empty, trimmed.
    Text,
    /// A host name or URL; stored as scheme and authority: `https://example.com`.
    Origin,
    /// [`SettingCheck::Origin`], and not the address of Okta's admin console.
    OktaDomain,
    /// [`SettingCheck::Origin`] of a JumpCloud console, or of what no public address is: a stand-in.
    JumpcloudAddress,
    /// A path on the vendor's host: `/api/v1/users`.
    Path,
    /// The name of a member or a parameter: `Data.Items`, `pageSize`.
    Name,
}

impl SettingCheck {
    /// Every name that files may use.
    pub const NAMES: [&str; 6] = [
        "text",
        "origin",
        "okta_domain",
        "jumpcloud_address",
        "path",
        "name",
    ];

    /// The check called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "text" => Some(Self::Text),
            "origin" => Some(Self::Origin),
            "okta_domain" => Some(Self::OktaDomain),
            "jumpcloud_address" => Some(Self::JumpcloudAddress),
            "path" => Some(Self::Path),
            "name" => Some(Self::Name),
            _ => None,
        }
    }

    /// The value to store for what was typed.
    ///
    /// # Errors
    /// In words, what is wrong with it and what to write instead.
    pub fn apply(self, typed: &str) -> Result<String, String> {
        match self {
            Self::Text => setting::text(typed),
            Self::Origin => setting::origin(typed),
            Self::OktaDomain => okta::domain(typed),
            Self::JumpcloudAddress => jumpcloud::address(typed),
            Self::Path => setting::path(typed),
            Self::Name => setting::name(typed),
        }
    }
}

/// Tells parents apart by what their document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParentCheck {
    /// Okta's built-in group that every user belongs to.
    OktaEveryone,
}

impl ParentCheck {
    /// Every name that files may use.
    pub const NAMES: [&str; 1] = ["okta_everyone"];

    /// The check called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "okta_everyone" => Some(Self::OktaEveryone),
            _ => None,
        }
    }

    /// Whether `parent` is such a one.
    pub fn fits(self, parent: &Value) -> bool {
        match self {
            Self::OktaEveryone => okta::is_everyone(parent),
        }
    }
}

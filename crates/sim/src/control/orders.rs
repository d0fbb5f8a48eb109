//! Operations on the company, as `POST /_sim/change` takes them.

use serde_json::Value;

use super::patches;
use crate::clock;
use crate::company::accounts::Status;
use crate::jumpcloud::HexKind;
use crate::state::changes::Edit;
use crate::state::{Actor, Effects, State};

/// An operation and what it works on.
pub(super) struct Order<'a> {
    pub state: &'a mut State,
    pub order: &'a Value,
    pub effects: &'a mut Effects,
    pub created: &'a mut Vec<String>,
    pub actor: Actor,
    pub at: i64,
}

impl Order<'_> {
    pub(super) fn apply(mut self, operation: &str) -> Result<(), String> {
        let (actor, at) = (self.actor, self.at);
        match operation {
            "update_user" => {
                let i = self.person()?;
                let fields = self
                    .order
                    .get("profile")
                    .and_then(Value::as_object)
                    .cloned()
                    .ok_or("update_user needs profile")?;
                self.state
                    .edit(i, Edit::Fields(fields), actor, at, self.effects);
            }
            "sign_in" => {
                let i = self.person()?;
                self.state.sign_in(i, at, self.effects);
            }
            "set_status" => {
                let i = self.person()?;
                let status = self.status()?.ok_or("set_status needs status")?;
                self.state.set_status(i, status, actor, at, self.effects);
            }
            "add_user" => {
                let status = self.status()?.unwrap_or(Status::Active);
                let i = self.state.join(status, at, actor, self.effects);
                if let Some(fields) = self.order.get("profile").and_then(Value::as_object) {
                    self.state
                        .edit(i, Edit::Fields(fields.clone()), actor, at, self.effects);
                }
                self.created
                    .push(self.state.company.ids.user(i).to_string());
            }
            "remove_user" => {
                let i = self.person()?;
                self.state.delete_person(i, actor, at, self.effects);
            }
            "reset_factors" => {
                let i = self.person()?;
                self.state.reset_factors(i, actor, at, self.effects);
            }
            "add_member" | "remove_member" => {
                let (g, i) = (self.group()?, self.person()?);
                self.state
                    .set_member(g, i, operation == "add_member", actor, at, self.effects);
            }
            "lie" => self.lie()?,
            "add_group" => {
                let name = self.text("name")?.to_owned();
                let g = self.state.add_group(name, actor, at, self.effects);
                self.created
                    .push(self.state.company.ids.group(g).to_string());
            }
            "rename_group" => {
                let (g, name) = (self.group()?, self.text("name")?.to_owned());
                self.state.rename_group(g, name, actor, at, self.effects);
            }
            "remove_group" => {
                let g = self.group()?;
                self.state.delete_group(g, actor, at, self.effects);
            }
            "assign_app" | "unassign_app" => {
                let a = self.application()?;
                let assigned = operation == "assign_app";
                if self.order.get("group").is_some() {
                    let g = self.group()?;
                    self.state
                        .assign_group(a, g, assigned, actor, at, self.effects);
                } else {
                    let i = self.person()?;
                    self.state.assign(a, i, assigned, actor, at, self.effects);
                }
            }
            "update_app" => {
                let a = self.application()?;
                let label = self
                    .order
                    .get("label")
                    .and_then(Value::as_str)
                    .map(str::to_owned);
                let active = self
                    .order
                    .get("status")
                    .and_then(Value::as_str)
                    .map(|s| s == "ACTIVE");
                self.state
                    .update_application(a, label, active, actor, at, self.effects);
            }
            "remove_app" => {
                let a = self.application()?;
                self.state.delete_application(a, actor, at, self.effects);
            }
            "bind_device" | "unbind_device" | "remove_device" | "set_account" => {
                super::devices::apply(&mut self, operation)?;
            }
            "patch" => self.patch()?,
            _ => return Err(format!("'{operation}' is not an operation")),
        }
        Ok(())
    }

    /// Changes members behind the marker's back.
    fn lie(&mut self) -> Result<(), String> {
        let g = self.group()?;
        for (name, member) in [("add", true), ("remove", false)] {
            for user in self
                .order
                .get(name)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                let i = find_person(self.state, user)?;
                self.state
                    .lie_about_member(g, i, member, self.at, self.effects);
            }
        }
        Ok(())
    }

    fn patch(&mut self) -> Result<(), String> {
        let resource_type = patches::resource_type(self.text("type")?)?;
        let key = patches::key(self.state, resource_type, self.order)?;
        let fields = self.order.get("set").and_then(Value::as_object);
        let mut fields = patches::nested(fields.ok_or("patch needs set, an object")?);
        // most documents tell when they were changed
        if !matches!(
            resource_type,
            "okta_support" | "okta_profile_mapping" | "okta_domain" | "okta_feature"
        ) && let Some(fields) = fields.as_object_mut()
        {
            fields
                .entry("lastUpdated")
                .or_insert_with(|| clock::text(self.at).into());
        }
        self.state.patch(
            resource_type,
            &key,
            fields,
            self.actor,
            self.at,
            self.effects,
        );
        Ok(())
    }

    fn text(&self, name: &str) -> Result<&str, String> {
        self.order
            .get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| format!("{name} is missing"))
    }

    fn status(&self) -> Result<Option<Status>, String> {
        self.order
            .get("status")
            .and_then(Value::as_str)
            .map(|word| Status::read(word).ok_or_else(|| format!("'{word}' is not a status")))
            .transpose()
    }

    pub(super) fn person(&self) -> Result<u32, String> {
        find_person(self.state, self.order.get("user").ok_or("user is missing")?)
    }

    fn group(&self) -> Result<usize, String> {
        match self.order.get("group").ok_or("group is missing")? {
            Value::Number(n) => n
                .as_u64()
                .map(|n| n as usize)
                .filter(|g| self.state.groups.get(*g).is_some_and(|g| !g.gone)),
            Value::String(id) => self.state.find_group(id).or_else(|| {
                self.state
                    .groups
                    .iter()
                    .position(|g| !g.gone && g.group.name == *id)
            }),
            _ => None,
        }
        .ok_or_else(|| "there is no such group".to_owned())
    }

    fn application(&self) -> Result<usize, String> {
        match self.order.get("app").ok_or("app is missing")? {
            Value::Number(n) => n
                .as_u64()
                .map(|n| n as usize)
                .filter(|a| self.state.applications.get(*a).is_some_and(|a| !a.gone)),
            Value::String(id) => self.state.find_application(id).or_else(|| {
                self.state
                    .applications
                    .iter()
                    .position(|a| !a.gone && a.label == *id)
            }),
            _ => None,
        }
        .ok_or_else(|| "there is no such application".to_owned())
    }
}

/// A person by identifier, login or index.
fn find_person(state: &State, user: &Value) -> Result<u32, String> {
    let hex = |id: &str| {
        let i = u32::try_from(state.hex().read(HexKind::User, id)?).ok()?;
        state.exists(i).then_some(i)
    };
    match user {
        Value::Number(n) => n
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|i| state.exists(*i)),
        Value::String(id) => state.find_person(id).or_else(|| hex(id)).or_else(|| {
            let mut login = String::new();
            (0..state.population())
                .filter(|i| state.exists(*i))
                .find(|i| {
                    login.clear();
                    state.write_address(*i, &mut login);
                    login == *id
                })
        }),
        _ => None,
    }
    .ok_or_else(|| format!("there is no user {user}"))
}

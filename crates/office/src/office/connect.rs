//! Connecting accounts, and changing how they are connected. Nothing is saved that was not tried.

use std::{collections::BTreeMap, sync::Arc};

use muster_control::{
    ControlError, Integrations, NewIntegration, Secrets as StoredSecrets, USUAL_INTERVAL_SECONDS,
};
use muster_model::{Integration, Organisation};
use muster_provider::{
    Client, ProbeReport, Provider, Secrets, definition::Settings, http::Readable, probe,
};
use rusqlite::Transaction;
use zeroize::Zeroizing;

use super::{Office, notice::Notice};
use crate::{
    clock::now_milliseconds,
    failure::{Failure, chain},
    request::{Add, Connection, Set},
};

/// Less is more than vendors allow anybody, more is no schedule.
const INTERVALS: std::ops::RangeInclusive<u32> = 60..=7 * 24 * 60 * 60;

/// Settings and credentials that were tried.
struct Tried {
    settings: Settings,
    report: ProbeReport,
}

impl Office {
    /// Finds out what settings and credentials are good for. Nothing is saved.
    ///
    /// # Errors
    /// [`Failure::Usage`], in words, when they cannot be used.
    pub async fn try_connection(
        &self,
        provider: &str,
        settings: &BTreeMap<String, String>,
        secrets: &BTreeMap<String, String>,
        allow_insecure_endpoints: bool,
    ) -> Result<Connection, Failure> {
        let provider = self
            .catalogue
            .find_provider(provider)
            .map_err(Failure::Usage)?;
        let tried = self
            .try_out(provider, settings, secrets, allow_insecure_endpoints, "")
            .await?;
        Ok(connection(String::new(), &tried.report))
    }

    /// Connects an account, once its credentials were tried.
    ///
    /// # Errors
    /// [`Failure`]; nothing is saved then.
    pub async fn add(&self, add: Add) -> Result<(Integration, Connection), Failure> {
        let provider = self
            .catalogue
            .find_provider(&add.provider)
            .map_err(Failure::Usage)?;
        let name = checked_name(&add.name)?;
        let interval_seconds =
            checked_interval(add.interval_seconds)?.unwrap_or(USUAL_INTERVAL_SECONDS);
        let taken = self.write(|transaction| Integrations(transaction).all())?;
        if taken
            .iter()
            .any(|integration| integration.name.eq_ignore_ascii_case(&name))
        {
            return Err(ControlError::NameTaken(name).into());
        }
        let tried = self
            .try_out(
                provider,
                &add.settings,
                &add.secrets,
                add.allow_insecure_endpoints,
                "the integration was not saved: ",
            )
            .await?;
        let new = NewIntegration {
            provider: provider.name.clone(),
            name: name.clone(),
            description: add.description,
            tags: checked_tags(add.tags),
            settings: tried.settings.values,
            allow_insecure_endpoint: add.allow_insecure_endpoints,
            interval_seconds,
        };
        let integration = self.write(|transaction| {
            let integration = Integrations(transaction).add(new, now_milliseconds())?;
            for (name, value) in &add.secrets {
                StoredSecrets(transaction).put(&self.key, &integration.id, name, value)?;
            }
            note_organisation(transaction, &integration, &tried.report)?;
            Ok::<_, ControlError>(integration)
        })?;
        self.tell(Notice::Integrations);
        let connection = Connection {
            pushed: provider.pushed,
            ..connection(name, &tried.report)
        };
        Ok((integration, connection))
    }

    /// Replaces what is given, and leaves the rest and everything that was collected as it is.
    /// A connection comes back when the change had to be tried.
    ///
    /// # Errors
    /// [`Failure`]; nothing is changed then.
    pub async fn set(&self, set: Set) -> Result<(Integration, Option<Connection>), Failure> {
        let before = self.write(|transaction| Integrations(transaction).named(&set.name))?;
        let mut after = before.clone();
        if let Some(name) = &set.new_name {
            after.name = checked_name(name)?;
        }
        if let Some(description) = &set.description {
            after.description = description.trim().to_owned();
        }
        if let Some(tags) = set.tags {
            after.tags = checked_tags(tags);
        }
        if let Some(interval) = checked_interval(set.interval_seconds)? {
            after.interval_seconds = interval;
        }
        after.allow_insecure_endpoint |= set.allow_insecure_endpoints;
        let stays_connected =
            set.settings.is_empty() && set.secrets.is_empty() && !set.allow_insecure_endpoints;
        if stays_connected {
            self.save(&before, &after, &BTreeMap::new(), None)?;
            self.reload_hooks()?;
            self.tell(Notice::Integrations);
            return Ok((after, None));
        }
        let provider = self
            .catalogue
            .find_provider(&before.provider)
            .map_err(Failure::Usage)?;
        for (name, value) in set.settings {
            // Nothing behind the equals sign takes an optional setting away.
            if value.trim().is_empty() && after.settings.remove(&name).is_some() {
                continue;
            }
            after.settings.insert(name, value);
        }
        let mut secrets = self.merged_secrets(provider, &before, &set.secrets)?;
        // Who gives credentials of one way to authenticate is done with the other.
        let left = provider
            .way_of(set.secrets.keys())
            .map_or_else(Vec::new, |way| provider.means_nothing_to(way));
        secrets.retain(|name, _| !left.contains(&name.as_str()));
        after
            .settings
            .retain(|name, _| !left.contains(&name.as_str()));
        let tried = self
            .try_out(
                provider,
                &after.settings,
                &secrets,
                after.allow_insecure_endpoint,
                "nothing was changed: ",
            )
            .await?;
        after.settings = tried.settings.values.clone();
        self.save(&before, &after, &set.secrets, Some((&tried, &left)))?;
        self.reload_hooks()?;
        self.tell(Notice::Integrations);
        let connection = connection(after.name.clone(), &tried.report);
        Ok((after, Some(connection)))
    }

    /// The given credentials, and the stored ones for those that were not given. When all are given the stored ones
    /// are not opened, so that credentials whose key was lost can be entered again.
    fn merged_secrets(
        &self,
        provider: &Provider,
        integration: &Integration,
        given: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Failure> {
        let mut merged = given.clone();
        if provider.check_secret_names(given.keys()).is_err() {
            let stored = self
                .write(|transaction| StoredSecrets(transaction).open(&self.key, &integration.id))?;
            for (name, value) in stored {
                merged.entry(name).or_insert_with(|| value.to_string());
            }
        }
        Ok(merged)
    }

    /// Asks the vendor. `otherwise` begins the sentence when that goes wrong.
    async fn try_out(
        &self,
        provider: &Arc<Provider>,
        settings: &BTreeMap<String, String>,
        secrets: &BTreeMap<String, String>,
        allow_insecure_endpoints: bool,
        otherwise: &str,
    ) -> Result<Tried, Failure> {
        // Nobody is asked where resources are pushed.
        if provider.pushed {
            provider
                .check_secret_names(secrets.keys())
                .map_err(|error| Failure::usage(error.to_string()))?;
            let settings = provider
                .check_settings(settings)
                .map_err(|error| Failure::usage(error.to_string()))?;
            return Ok(Tried {
                settings,
                report: ProbeReport::default(),
            });
        }
        let settings = provider
            .check_settings(settings)
            .map_err(|error| Failure::usage(error.to_string()))?;
        provider
            .check_secret_names(secrets.keys())
            .map_err(|error| Failure::usage(error.to_string()))?;
        let secrets = Secrets::new(
            secrets
                .iter()
                .map(|(name, value)| (name.clone(), Zeroizing::new(value.clone()))),
        );
        let options = self.configuration.client_options(allow_insecure_endpoints);
        let client = Client::new(Arc::clone(provider), &settings, &secrets, &options)
            .map_err(|error| Failure::usage(chain(&error)))?;
        let types: Vec<_> = provider
            .resources
            .iter()
            .filter(|file| {
                settings
                    .types
                    .as_ref()
                    .is_none_or(|types| types.iter().any(|name| name == file.name()))
            })
            .map(|file| &**file)
            .collect();
        let report = probe(&client, &types)
            .await
            .map_err(|error| Failure::usage(format!("{otherwise}{}", chain(&error))))?;
        Ok(Tried { settings, report })
    }

    /// Saves a changed integration, unless that would make another organisation of it. What was tried comes with the names
    /// of the credentials that are not needed any more.
    fn save(
        &self,
        before: &Integration,
        after: &Integration,
        secrets: &BTreeMap<String, String>,
        tried: Option<(&Tried, &[&str])>,
    ) -> Result<(), Failure> {
        self.write(|transaction| {
            let integrations = Integrations(transaction);
            if integrations.named(&before.name)? != *before {
                return Ok(Err(Failure::usage(format!(
                    "nothing was changed: another command changed {} meanwhile; look at it with `muster integration \
                     show {}`, and run the command again",
                    before.name, before.name
                ))));
            }
            if let Some((tried, left)) = tried {
                for name in left {
                    StoredSecrets(transaction).remove(&before.id, name)?;
                }
                if let Err(sentence) = check_organisation(before, after, &tried.report) {
                    return Ok(Err(Failure::Usage(sentence)));
                }
                note_organisation(transaction, before, &tried.report)?;
            }
            integrations.update(after)?;
            for (name, value) in secrets {
                StoredSecrets(transaction).put(&self.key, &before.id, name, value)?;
            }
            Ok(Ok(()))
        })?
    }
}

/// Histories of two organisations are never mixed: what was collected belongs to the one that was noted.
fn check_organisation(
    before: &Integration,
    after: &Integration,
    report: &ProbeReport,
) -> Result<(), String> {
    let Some(noted) = &before.organisation else {
        return Ok(());
    };
    let name = &before.name;
    match &report.organisation {
        Some(known) if known.id == noted.id => Ok(()),
        Some(known) => Err(format!(
            "nothing was changed: these settings and credentials belong to {}, and {name} is {}; keep {name} as it is, \
             and connect the other with `muster integration add`",
            described(known),
            described(noted),
        )),
        None if after.settings == before.settings => Ok(()),
        None => Err(format!(
            "nothing was changed: nobody there says whose these credentials are, and {name} is {}; connect what is \
             there with `muster integration add`",
            described(noted),
        )),
    }
}

fn described(organisation: &Organisation) -> String {
    let Organisation { id, name } = organisation;
    match name {
        Some(name) => format!("{name} ({id})"),
        None => format!("organisation {id}"),
    }
}

fn note_organisation(
    transaction: &Transaction<'_>,
    integration: &Integration,
    report: &ProbeReport,
) -> Result<(), ControlError> {
    if let Some(known) = &report.organisation {
        Integrations(transaction).belongs_to(&integration.id, known)?;
    }
    Ok(())
}

fn checked_name(typed: &str) -> Result<String, Failure> {
    let name = typed.trim().to_owned();
    if name.is_empty() {
        return Err(Failure::usage(
            "the integration needs a name; give it with --name",
        ));
    }
    Ok(name)
}

fn checked_interval(given: Option<u32>) -> Result<Option<u32>, Failure> {
    match given {
        Some(seconds) if !INTERVALS.contains(&seconds) => Err(Failure::usage(
            "an integration is collected every minute at most and every 7 days at least; give an interval between",
        )),
        other => Ok(other),
    }
}

fn checked_tags(given: Vec<String>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in given {
        let tag = tag.trim();
        if !tag.is_empty() && !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

fn connection(name: String, report: &ProbeReport) -> Connection {
    let organisation = report
        .organisation
        .as_ref()
        .map(|known| known.name.clone().unwrap_or_else(|| known.id.clone()));
    Connection {
        name,
        organisation,
        unseen: unseen(report),
        pushed: false,
    }
}

fn unseen(report: &ProbeReport) -> Vec<String> {
    report
        .probes
        .iter()
        .filter_map(|probe| {
            let what = match &probe.column {
                Some(column) => format!("{}.{column}", probe.resource_type),
                None => probe.resource_type.clone(),
            };
            match &probe.readable {
                Readable::Yes => None,
                Readable::NotPermitted(detail) => Some(format!("{what}: not permitted ({detail})")),
                Readable::NotAvailable(detail) => Some(format!("{what}: not available ({detail})")),
                Readable::Unknown(detail) => Some(format!("{what}: could not be tried ({detail})")),
            }
        })
        .collect()
}

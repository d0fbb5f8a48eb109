use std::collections::BTreeMap;

use crate::{
    definition::{Authentication, Catalogue, Provider, Secret},
    problem::suggest,
    template::{Template, TemplateError},
};

/// The setting every provider has: which types to collect, by name, separated by commas.
const TYPES: &str = "types";

/// The settings of one integration, checked and as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// As they are stored: `domain = https://example.okta.com`.
    pub values: BTreeMap<String, String>,
    /// What their names stand for in templates: defaults and the meaning of choices included.
    pub terms: BTreeMap<String, String>,
    /// Scheme and authority of every request.
    pub endpoint: String,
    /// Only these types are collected; absent means all. In the catalogue's order.
    pub types: Option<Vec<String>>,
}

/// Why settings or credentials cannot be used. Nothing is worth trying again before they are changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// A key the provider does not have.
    #[error("{provider} has no {kind} `{name}`; {remedy}")]
    Unknown {
        /// The provider's name.
        provider: String,
        /// `setting` or `secret`.
        kind: &'static str,
        /// What was given.
        name: String,
        /// What to do.
        remedy: String,
    },
    /// A key the provider cannot do without.
    #[error("{provider} needs the {kind} `{name}` ({label}); give it with `{example}`")]
    Missing {
        /// The provider's name.
        provider: String,
        /// `setting` or `secret`.
        kind: &'static str,
        /// What is missing.
        name: String,
        /// What the form calls it.
        label: String,
        /// How to give it on the command line.
        example: String,
    },
    /// A value that cannot be right.
    #[error("the {kind} `{name}` cannot be used: {reason}")]
    Invalid {
        /// `setting` or `secret`.
        kind: &'static str,
        /// Which.
        name: String,
        /// What is wrong and what to write instead.
        reason: String,
    },
}

impl Provider {
    /// The settings of an integration as they are to be stored and used, from what was typed.
    ///
    /// # Errors
    /// [`SettingsError`] on the first that cannot be used.
    pub fn check_settings(
        &self,
        typed: &BTreeMap<String, String>,
    ) -> Result<Settings, SettingsError> {
        let names = self.settings.iter().map(|setting| setting.name.as_str());
        self.known("setting", typed.keys(), names.chain([TYPES]))?;
        let mut values = BTreeMap::new();
        for setting in &self.settings {
            match typed.get(&setting.name) {
                Some(value) => {
                    let invalid = |reason| SettingsError::Invalid {
                        kind: "setting",
                        name: setting.name.clone(),
                        reason,
                    };
                    let value = setting.check.apply(value).map_err(invalid)?;
                    if !setting.choices.is_empty() && !setting.choices.contains_key(&value) {
                        let choices = setting.choices.keys().map(String::as_str);
                        let remedy = suggest(&value, choices.collect::<Vec<_>>());
                        return Err(invalid(format!("`{value}` is no choice; {remedy}")));
                    }
                    values.insert(setting.name.clone(), value);
                }
                None if setting.required => {
                    return Err(SettingsError::Missing {
                        provider: self.name.clone(),
                        kind: "setting",
                        name: setting.name.clone(),
                        label: setting.label.clone(),
                        example: format!("--set {}={}", setting.name, setting.example),
                    });
                }
                None => {}
            }
        }
        let types = typed
            .get(TYPES)
            .map(|text| self.check_types(text))
            .transpose()?;
        if let Some(types) = &types {
            values.insert(TYPES.to_owned(), types.join(","));
        }
        let terms = self.terms(&values);
        // Where resources are pushed, there is nobody to ask.
        if self.pushed {
            return Ok(Settings {
                values,
                terms,
                endpoint: String::new(),
                types,
            });
        }
        let endpoint = first_filled(&self.endpoints, &terms).map_err(|missing| {
            let label = self.settings.iter().find(|setting| setting.name == missing);
            SettingsError::Missing {
                provider: self.name.clone(),
                kind: "setting",
                label: label.map_or_else(String::new, |setting| setting.label.clone()),
                example: format!("--set {missing}=..."),
                name: missing,
            }
        })?;
        Ok(Settings {
            values,
            terms,
            endpoint,
            types,
        })
    }

    /// What the settings' names stand for in templates.
    pub(crate) fn terms(&self, values: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        self.settings
            .iter()
            .filter_map(|setting| {
                let value = values.get(&setting.name).or(setting.default.as_ref())?;
                let term = setting.choices.get(value).unwrap_or(value);
                Some((setting.name.clone(), term.clone()))
            })
            .collect()
    }

    /// The names in a list separated by commas, each checked, in the catalogue's order.
    ///
    /// # Errors
    /// [`SettingsError::Invalid`] on a name that is no type of this provider, or an empty list.
    pub fn check_types(&self, text: &str) -> Result<Vec<String>, SettingsError> {
        let invalid = |reason: String| SettingsError::Invalid {
            kind: "setting",
            name: TYPES.to_owned(),
            reason,
        };
        let wanted: Vec<&str> = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .collect();
        if wanted.is_empty() {
            return Err(invalid(
                "it names no type; leave it out to collect all".to_owned(),
            ));
        }
        let names = || self.resources.iter().map(|file| file.name());
        for name in &wanted {
            if self.resource_type(name).is_none() {
                let remedy = suggest(name, names().collect::<Vec<_>>());
                return Err(invalid(format!(
                    "{} has no type `{name}`; {remedy}",
                    self.name
                )));
            }
        }
        Ok(names()
            .filter(|name| wanted.contains(name))
            .map(str::to_owned)
            .collect())
    }

    /// The way to authenticate that credentials of these names are for: the first that needs them all.
    pub fn way_of<'a>(
        &self,
        given: impl IntoIterator<Item = &'a String> + Clone,
    ) -> Option<&Authentication> {
        self.authentication.iter().find(|way| {
            let names = way.names();
            let mut given = given.clone().into_iter().peekable();
            given.peek().is_some() && given.all(|name| names.contains(&name.as_str()))
        })
    }

    /// The names of credentials and settings that only other ways to authenticate than this one have a use for.
    pub fn means_nothing_to(&self, way: &Authentication) -> Vec<&str> {
        let own = way.all_names();
        let others = self.authentication.iter();
        others
            .flat_map(Authentication::all_names)
            .filter(|name| !own.contains(name))
            .collect()
    }

    /// Whether these are names of credentials the provider knows, and enough of them for one of its ways to authenticate.
    ///
    /// # Errors
    /// [`SettingsError`] on the first that is unknown or missing.
    pub fn check_secret_names<'a>(
        &self,
        given: impl IntoIterator<Item = &'a String> + Clone,
    ) -> Result<(), SettingsError> {
        let names = self.secrets.iter().map(|secret| secret.name.as_str());
        self.known("secret", given.clone(), names)?;
        let is_given = |wanted: &str| given.clone().into_iter().any(|name| name == wanted);
        let secrets_of = |way: &Authentication| -> Vec<&Secret> {
            let names = way.names();
            let wanted = |secret: &&Secret| names.contains(&secret.name.as_str());
            self.secrets.iter().filter(wanted).collect()
        };
        let missing_for = |way: &Authentication| -> Vec<&Secret> {
            let mut secrets = secrets_of(way);
            secrets.retain(|secret| !is_given(&secret.name));
            secrets
        };
        // The way that somebody began to fill in, or else the last: the plainest stands there.
        let begun = self
            .authentication
            .iter()
            .find(|way| secrets_of(way).iter().any(|secret| is_given(&secret.name)));
        if self
            .authentication
            .iter()
            .any(|way| missing_for(way).is_empty())
        {
            return Ok(());
        }
        if let Some(way) = begun.or(self.authentication.last())
            && let Some(secret) = missing_for(way).first()
        {
            return Err(SettingsError::Missing {
                provider: self.name.clone(),
                kind: "secret",
                name: secret.name.clone(),
                label: secret.label.clone(),
                example: format!("--secret {}=@FILE", secret.name),
            });
        }
        Ok(())
    }

    fn known<'a, 'b>(
        &self,
        kind: &'static str,
        given: impl IntoIterator<Item = &'a String>,
        names: impl Iterator<Item = &'b str> + Clone,
    ) -> Result<(), SettingsError> {
        for name in given {
            if !names.clone().any(|known| known == name) {
                return Err(SettingsError::Unknown {
                    provider: self.name.clone(),
                    kind,
                    name: name.clone(),
                    remedy: suggest(name, names.clone().collect::<Vec<_>>()),
                });
            }
        }
        Ok(())
    }
}

/// The first of `templates` whose settings are all given, filled in; otherwise the setting that the last one lacks.
pub(crate) fn first_filled(
    templates: &[Template],
    terms: &BTreeMap<String, String>,
) -> Result<String, String> {
    let pairs: Vec<(&str, &str)> = terms
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let mut missing = String::new();
    for template in templates {
        match template.fill(&pairs) {
            Ok(filled) => return Ok(filled),
            Err(TemplateError::NoValue(name) | TemplateError::Brace(name)) => missing = name,
        }
    }
    Err(missing)
}

impl Catalogue {
    /// The provider of this name, or what to say when there is none.
    ///
    /// # Errors
    /// A sentence that names the providers there are.
    pub fn find_provider(&self, name: &str) -> Result<&std::sync::Arc<Provider>, String> {
        self.provider(name).ok_or_else(|| {
            let names: Vec<&str> = self
                .providers
                .iter()
                .map(|provider| provider.name.as_str())
                .collect();
            format!("there is no provider `{name}`; {}", suggest(name, names))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use crate::definition::{Catalogue, Provider, Settings, SettingsError};

    fn okta() -> Arc<Provider> {
        Arc::clone(Catalogue::embedded().unwrap().provider("okta").unwrap())
    }

    fn check(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let typed: BTreeMap<String, String> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        okta().check_settings(&typed)
    }

    #[test]
    fn settings_are_stored_in_one_spelling() {
        let settings =
            check(&[("domain", "x.okta.com"), ("types", "okta_group, okta_user")]).unwrap();
        assert_eq!(settings.endpoint, "https://x.okta.com");
        assert_eq!(settings.values["domain"], "https://x.okta.com");
        assert_eq!(settings.values["types"], "okta_group,okta_user");
        assert_eq!(settings.types.unwrap(), ["okta_group", "okta_user"]);
        let again = check(&[("domain", "https://x.okta.com")]).unwrap();
        assert_eq!(again.endpoint, "https://x.okta.com");
    }

    #[test]
    fn a_wrong_setting_says_what_to_do() {
        let message = |pairs: &[(&str, &str)]| check(pairs).unwrap_err().to_string();
        insta::assert_snapshot!(
            [
                message(&[]),
                message(&[("domian", "x.okta.com")]),
                message(&[("domain", "x-admin.okta.com")]),
                message(&[("domain", "x.okta.com"), ("types", "okta_usr")]),
                message(&[("domain", "x.okta.com"), ("types", " ,")]),
                okta()
                    .check_secret_names(&["api_tokn".to_owned()])
                    .unwrap_err()
                    .to_string(),
                okta().check_secret_names(&[]).unwrap_err().to_string(),
            ]
            .join("\n")
        );
    }
}

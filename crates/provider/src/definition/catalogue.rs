use std::{collections::BTreeMap, path::Path, sync::Arc};

use muster_model::ResourceType;

use crate::{
    definition::{ManagedQuery, Provider, ResourceFile, RuleFile},
    problem::{Problem, Problems, near},
    read,
};

/// Every provider that is known, with all its resource types, managed queries and rules.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// By name.
    pub providers: Vec<Arc<Provider>>,
    files: BTreeMap<String, String>,
}

impl Catalogue {
    /// The providers that come with the product.
    ///
    /// # Errors
    /// What is wrong with the files; a test keeps that from happening in a release.
    pub fn embedded() -> Result<Self, Problems> {
        Self::from_files(read::embedded_files())
    }

    /// The providers in the folder `dir`, and no others.
    ///
    /// # Errors
    /// Everything that is wrong with the files, at once.
    pub fn load(dir: &Path) -> Result<Self, Problems> {
        Self::from_files(read::folder_files(dir)?)
    }

    /// These providers and what the folder `dir` adds. A provider that has its own `provider.toml` there
    /// replaces the one of that name; the other files are added to it, or replace the file of the same name.
    ///
    /// # Errors
    /// Everything that is wrong with the files, at once.
    pub fn with_folder(self, dir: &Path) -> Result<Self, Problems> {
        let added = read::folder_files(dir)?;
        Self::from_files(read::overlay(self.files, added))
    }

    fn from_files(files: BTreeMap<String, String>) -> Result<Self, Problems> {
        let (providers, problems) = read::read_all(&files);
        Problems::check(problems)?;
        Ok(Self { providers, files })
    }

    /// The same for the same provider files.
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for (path, text) in &self.files {
            for part in [path, text] {
                hasher.update(&(part.len() as u64).to_le_bytes());
                hasher.update(part.as_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }

    /// The provider of this name.
    pub fn provider(&self, name: &str) -> Option<&Arc<Provider>> {
        self.providers.iter().find(|provider| provider.name == name)
    }

    /// The provider's name that looks most like `name`, for "did you mean".
    pub fn near_provider(&self, name: &str) -> Option<&str> {
        near(
            name,
            self.providers.iter().map(|provider| provider.name.as_str()),
        )
    }

    /// The same with these types of `provider` in the place of those it has. They are not in the files, so the fingerprint
    /// stays.
    #[must_use]
    pub fn with_types(&self, provider: &str, types: Vec<Arc<ResourceType>>) -> Self {
        let mut catalogue = self.clone();
        if let Some(known) = catalogue
            .providers
            .iter_mut()
            .find(|known| known.name == provider)
        {
            let resources = types.into_iter().map(ResourceFile::pushed).map(Arc::new);
            let resources = resources.collect();
            *known = Arc::new(Provider {
                resources,
                ..Provider::clone(known)
            });
        }
        catalogue
    }

    /// Every resource type of every provider, parents before children.
    pub fn resource_types(&self) -> impl Iterator<Item = &Arc<ResourceFile>> {
        self.providers
            .iter()
            .flat_map(|provider| &provider.resources)
    }

    /// The resource type of this name.
    pub fn resource_type(&self, name: &str) -> Option<&Arc<ResourceFile>> {
        self.resource_types().find(|file| file.name() == name)
    }

    /// The resource type's name that looks most like `name`, for "did you mean".
    pub fn near_resource_type(&self, name: &str) -> Option<&str> {
        near(name, self.resource_types().map(|file| file.name()))
    }

    /// Every managed query of every provider.
    pub fn queries(&self) -> impl Iterator<Item = &ManagedQuery> {
        self.providers.iter().flat_map(|provider| &provider.queries)
    }

    /// Every rule of every provider.
    pub fn rules(&self) -> impl Iterator<Item = &Arc<RuleFile>> {
        self.providers.iter().flat_map(|provider| &provider.rules)
    }

    /// The managed query of this id.
    pub fn query(&self, id: &str) -> Option<&ManagedQuery> {
        self.queries().find(|query| query.id == id)
    }
}

/// Everything that is wrong with the provider files in `dir`, taken together with the providers that come with
/// the product as [`Catalogue::with_folder`] does. Empty when nothing is.
pub fn lint(dir: &Path) -> Vec<Problem> {
    match Catalogue::embedded().and_then(|catalogue| catalogue.with_folder(dir)) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.0,
    }
}

//! Types of one's own: added, changed and deleted while the product runs.

use std::{collections::BTreeMap, sync::Arc};

use muster_control::{Control, ControlError, Folder, Integrations};
use muster_custom::{
    CustomType, CustomTypes, Definition, Mistake, PROVIDER, StoreError, StoredType, check_name,
};
use muster_model::{Integration, IntegrationId, ResourceType};
use muster_provider::Catalogue;
use rusqlite::Transaction;
use tokio::sync::OwnedMutexGuard;

use super::{Office, notice::Notice};
use crate::{clock::now_milliseconds, failure::Failure};

/// Tables besides those of types and logs.
const SYSTEM_TABLES: [&str; 3] = ["sync_state", "integration", "audit_event"];

/// The types there are, the product's and one's own.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub catalogue: Arc<Catalogue>,
    pub custom: Arc<BTreeMap<String, Arc<CustomType>>>,
}

impl Known {
    /// Those of `files` and of the control file.
    pub fn read(files: &Catalogue, control: &mut Control) -> Result<Self, Failure> {
        let custom = control.read(read)?;
        let types = custom
            .values()
            .map(|custom| Arc::clone(&custom.resource_type));
        Ok(Self {
            catalogue: Arc::new(files.with_types(PROVIDER, types.collect())),
            custom: Arc::new(custom),
        })
    }
}

/// The types of the control file that are understood.
fn read(transaction: &Transaction<'_>) -> Result<BTreeMap<String, Arc<CustomType>>, StoreError> {
    let types = CustomTypes(transaction);
    if types.generation()? == 0 {
        return Ok(BTreeMap::new());
    }
    let understood = types.all()?.into_iter().filter_map(|stored| {
        match CustomType::of(&stored.definition, stored.integration) {
            Ok(custom) => Some((stored.definition.name, Arc::new(custom))),
            Err(mistakes) => {
                // Its resources stay; it can be changed into one that is understood.
                let mistake = mistakes.first().map(ToString::to_string);
                tracing::warn!(
                    resource_type = stored.definition.name,
                    mistake,
                    "a custom type is not understood any more"
                );
                None
            }
        }
    });
    Ok(understood.collect())
}

/// One's own types as tables, for whoever only reads.
pub(crate) fn resource_types(
    transaction: &Transaction<'_>,
) -> Result<Vec<Arc<ResourceType>>, StoreError> {
    let custom = read(transaction)?;
    Ok(custom
        .values()
        .map(|custom| Arc::clone(&custom.resource_type))
        .collect())
}

/// The types of `files` and one's own of a folder, for whoever only reads.
///
/// # Errors
/// [`Failure`] when the folder cannot be read.
pub fn catalogue_of(folder: &Folder, files: &Catalogue) -> Result<Arc<Catalogue>, Failure> {
    let mut control = Control::open_reader(folder)?;
    Ok(Known::read(files, &mut control)?.catalogue)
}

impl Office {
    /// The type of one's own of this name, ready to look at documents.
    ///
    /// # Errors
    /// [`Failure::Usage`] when there is none.
    pub fn custom_type(&self, name: &str) -> Result<Arc<CustomType>, Failure> {
        let known = self.known();
        known
            .custom
            .get(name)
            .cloned()
            .ok_or_else(|| StoreError::NoType(name.to_owned()).into())
    }

    /// Whether nothing is ever asked for an integration, because its resources are pushed.
    pub fn is_pushed(&self, integration: &Integration) -> bool {
        self.catalogue()
            .provider(&integration.provider)
            .is_some_and(|provider| provider.pushed)
    }

    /// Adds a type, or replaces what is written of one: its name, integration and key stay what they are.
    ///
    /// # Errors
    /// [`Failure::Misfits`] with everything that is wrong with the definition; nothing is changed then.
    pub async fn define_type(
        &self,
        definition: Definition,
        is_new: bool,
    ) -> Result<StoredType, Failure> {
        let _alone = self.defining.lock().await;
        let name = definition.name.clone();
        let (before, integration) = if is_new {
            (None, self.integration_of(&definition)?)
        } else {
            let before = self.write_types(|transaction| CustomTypes(transaction).named(&name))?;
            let integration = before.integration.clone();
            (Some(before), integration)
        };
        let mut mistakes = Vec::new();
        match &before {
            None => mistakes.extend(self.check_new_name(&name)?),
            Some(before) => {
                if before.definition.key != definition.key {
                    mistakes.push(Mistake::new(
                        "/key",
                        "the key tells the resources there are from one another, and stays; define another type for \
                         another key",
                    ));
                }
                if definition.integration.is_some()
                    && self.integration_of(&definition)? != integration
                {
                    mistakes.push(Mistake::new(
                        "/integration",
                        "the resources there are belong to its integration, and stay there",
                    ));
                }
            }
        }
        let custom = match CustomType::of(&definition, integration.clone()) {
            Ok(custom) => Some(custom),
            Err(found) => {
                mistakes.extend(found);
                None
            }
        };
        if let (Some(before), Some(custom)) = (&before, &custom) {
            mistakes.extend(new_secrets(before, custom));
        }
        if !mistakes.is_empty() {
            mistakes.sort();
            let detail = format!(
                "the type cannot be used: {}",
                match mistakes.len() {
                    1 => "1 mistake".to_owned(),
                    several => format!("{several} mistakes"),
                }
            );
            return Err(Failure::mistakes(&detail, mistakes));
        }
        // Nothing is committed for it with columns of before and after at once.
        let gate = self.push_gate(&name);
        let _quiet = gate.lock().await;
        let now = now_milliseconds();
        let stored = self.write_types(|transaction| {
            let types = CustomTypes(transaction);
            if is_new {
                Integrations(transaction).with_id(&integration)?;
                types.add(&definition, &integration, now)?;
                muster_collect::note_defined(transaction, &integration, &name)?;
            } else {
                types.update(&definition, now)?;
            }
            types.named(&name)
        })?;
        self.learn_types().await?;
        Ok(stored)
    }

    /// Deletes a type with all its resources and their history.
    ///
    /// # Errors
    /// [`Failure`]; what was begun goes on when the folder is opened next.
    pub async fn delete_type(&self, name: &str) -> Result<(), Failure> {
        let _alone = self.defining.lock().await;
        let gate = self.push_gate(name);
        let _quiet = gate.lock().await;
        let integration = self.write_types(|transaction| {
            let types = CustomTypes(transaction);
            let stored = types.named(name)?;
            types.begin_deletion(name)?;
            Ok(stored.integration)
        })?;
        self.learn_types().await?;
        self.erase_type(name, &integration).await?;
        Ok(())
    }

    /// Waits until nothing is pushed to an integration; nothing is while what comes back is held.
    pub(super) async fn hold_pushes(
        &self,
        integration: &IntegrationId,
    ) -> Vec<OwnedMutexGuard<()>> {
        let known = self.known();
        let own = known
            .custom
            .iter()
            .filter(|(_, custom)| custom.integration == *integration);
        let mut held = Vec::new();
        for (name, _) in own {
            held.push(self.push_gate(name).lock_owned().await);
        }
        held
    }

    /// Goes on with deletions of types that were cut off.
    pub(super) async fn finish_type_deletions(&self) -> Result<(), Failure> {
        let left = self.write_types(|transaction| CustomTypes(transaction).being_deleted())?;
        for (name, integration) in left {
            self.erase_type(&name, &integration).await?;
        }
        Ok(())
    }

    async fn erase_type(&self, name: &str, integration: &IntegrationId) -> Result<(), Failure> {
        self.ledger
            .delete_type(integration.clone(), name.to_owned())
            .await?;
        self.write_types(|transaction| {
            muster_custom::Pushes(transaction).forget(name)?;
            muster_collect::forget_type(transaction, integration, name)?;
            CustomTypes(transaction).finish_deletion(name)
        })?;
        Ok(())
    }

    /// Reads the types there are now, and lets everybody know.
    pub(super) async fn learn_types(&self) -> Result<(), Failure> {
        let known = {
            let mut control = self.lock_control();
            Known::read(&self.catalogue, &mut control)?
        };
        let types = known.custom.values();
        let types = types.map(|custom| Arc::clone(&custom.resource_type));
        let types = types.collect();
        *self
            .known
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = known;
        self.ledger.redefine(types).await?;
        self.tell(Notice::Types);
        Ok(())
    }

    /// The integration that a definition names, by id or name; the only one there is unless it names one.
    fn integration_of(&self, definition: &Definition) -> Result<IntegrationId, Failure> {
        let wrong = |message: String| {
            Failure::mistakes(
                "the type cannot be used: 1 mistake",
                vec![Mistake::new("/integration", message)],
            )
        };
        let all = self.write(|transaction| Integrations(transaction).all())?;
        let own: Vec<&Integration> = all
            .iter()
            .filter(|integration| integration.provider == PROVIDER)
            .collect();
        let Some(wanted) = definition.integration.as_deref() else {
            return match own.as_slice() {
                [] => Err(wrong(
                    "there is no integration for custom data yet; `muster integration add custom --name NAME` adds one"
                        .to_owned(),
                )),
                [only] => Ok(only.id.clone()),
                _ => Err(wrong("name the integration it belongs to; there are several".to_owned())),
            };
        };
        own.iter()
            .find(|integration| {
                integration.id.as_str() == wanted || integration.name.eq_ignore_ascii_case(wanted)
            })
            .map(|integration| integration.id.clone())
            .ok_or_else(|| {
                wrong(format!(
                    "there is no integration `{wanted}` for custom data"
                ))
            })
    }

    fn check_new_name(&self, name: &str) -> Result<Option<Mistake>, Failure> {
        let catalogue = self.catalogue();
        let providers = catalogue
            .providers
            .iter()
            .map(|provider| provider.name.as_str());
        let logs = catalogue
            .providers
            .iter()
            .filter_map(|provider| Some(provider.audit_log.as_ref()?.name.as_str()));
        let types = catalogue.resource_types().map(|file| file.name());
        if let Some(mistake) = check_name(name, providers, types.chain(logs).chain(SYSTEM_TABLES)) {
            return Ok(Some(mistake));
        }
        let taken = self.write_types(|transaction| CustomTypes(transaction).is_taken(name))?;
        Ok(taken.then(|| {
            Mistake::new(
                "/name",
                format!("there is a type `{name}`; choose another name"),
            )
        }))
    }

    fn write_types<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.lock_control().write(work)
    }

    pub(super) fn known(&self) -> Known {
        self.known
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }
}

/// What is kept already cannot be made secret: it lies in the history as it came.
fn new_secrets(before: &StoredType, after: &CustomType) -> Option<Mistake> {
    let known = CustomType::of(&before.definition, before.integration.clone()).ok()?;
    let known = &known.resource_type.redact;
    after
        .resource_type
        .redact
        .iter()
        .find(|path| !known.contains(path))
        .map(|path| {
            Mistake::new(
                "/schema",
                format!(
                    "`{path}` cannot become a secret (`writeOnly`): what was pushed before lies in the history as it \
                     came; delete the type and define it anew"
                ),
            )
        })
}

/// Removes the types of an integration that goes.
pub(super) fn forget(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
) -> Result<(), ControlError> {
    match CustomTypes(transaction).forget(integration) {
        Ok(()) => Ok(()),
        Err(StoreError::Control(error)) => Err(error),
        Err(error) => Err(ControlError::Corrupt(error.to_string())),
    }
}

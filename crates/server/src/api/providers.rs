//! What can be connected.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::App, page::Page, problem::Problem};

/// A vendor's product that can be connected.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Provider)]
pub struct ProviderView {
    /// `okta`
    name: String,
    /// `Okta`
    title: String,
    /// One or two sentences.
    description: String,
    /// What to do at the vendor first, one step each.
    steps: Vec<String>,
    /// What the form asks for.
    fields: Vec<Field>,
    /// What is collected.
    resource_types: Vec<TypeName>,
}

/// One field of a form.
#[derive(Debug, Serialize, ToSchema)]
pub struct Field {
    /// The member of `settings` or `secrets`.
    pub name: String,
    /// What the form calls it.
    pub label: String,
    /// One sentence below the field.
    pub help: String,
    /// What a value looks like.
    pub example: Option<String>,
    /// Whether it is never shown again.
    pub secret: bool,
    /// Whether nothing works without it.
    pub required: bool,
    /// Whether it is more than a line.
    pub multiline: bool,
}

/// A type of resource.
#[derive(Debug, Serialize, ToSchema)]
pub struct TypeName {
    /// `okta_user`
    name: String,
    /// `Okta User`
    title: String,
    /// One or two sentences.
    description: String,
}

/// What can be connected
#[utoipa::path(get, path = "/api/providers", tag = "integrations", responses((status = 200, body = Page<ProviderView>)))]
pub async fn list(State(app): State<App>) -> Result<axum::Json<Page<ProviderView>>, Problem> {
    let providers = app.office.catalogue().providers.iter().map(|provider| {
        let settings = provider.settings.iter().map(|setting| Field {
            name: setting.name.clone(),
            label: setting.label.clone(),
            help: setting.help.clone(),
            example: Some(setting.example.clone()),
            secret: false,
            required: setting.required,
            multiline: false,
        });
        let secrets = provider.secrets.iter().map(|secret| Field {
            name: secret.name.clone(),
            label: secret.label.clone(),
            help: secret.help.clone(),
            example: None,
            secret: true,
            required: secret.required,
            multiline: false,
        });
        ProviderView {
            name: provider.name.clone(),
            title: provider.title.clone(),
            description: provider.description.clone(),
            steps: provider.steps.clone(),
            fields: settings.chain(secrets).collect(),
            resource_types: provider
                .resources
                .iter()
                .map(|file| TypeName {
                    name: file.resource_type.name.clone(),
                    title: file.resource_type.title.clone(),
                    description: file.resource_type.description.clone(),
                })
                .collect(),
        }
    });
    Ok(axum::Json(Page::whole(providers.collect())))
}

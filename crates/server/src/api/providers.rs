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
    /// Whether resources are pushed to us: nobody is asked, and there are no credentials.
    pushed: bool,
    /// What to do at the vendor first, one step each.
    steps: Vec<String>,
    /// What the form asks for.
    fields: Vec<Field>,
    /// The ways to authenticate, the plainest first; one of them is filled in.
    authentication: Vec<Way>,
    /// Whether it can send what happens by itself.
    webhook: bool,
    /// What is collected.
    resource_types: Vec<TypeName>,
}

/// A way to authenticate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Authentication)]
struct Way {
    /// What an integration's `authentication` says, `header`.
    name: String,
    /// `API token`
    title: String,
    /// The names of the fields that only it has a use for.
    fields: Vec<String>,
    /// Those of them that it cannot do without.
    needs: Vec<String>,
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
    /// What it is where nothing is given.
    pub default: Option<String>,
    /// The only values it may have; empty where any will do.
    pub choices: Vec<String>,
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
    let catalogue = app.office.catalogue();
    let providers = catalogue.providers.iter().map(|provider| {
        let settings = provider.settings.iter().map(|setting| Field {
            name: setting.name.clone(),
            label: setting.label.clone(),
            help: setting.help.clone(),
            example: Some(setting.example.clone()),
            secret: false,
            required: setting.required,
            multiline: false,
            default: setting.default.clone(),
            choices: setting.choices.keys().cloned().collect(),
        });
        let secrets = provider.secrets.iter().map(|secret| Field {
            name: secret.name.clone(),
            label: secret.label.clone(),
            help: secret.help.clone(),
            example: None,
            secret: true,
            required: secret.required,
            multiline: secret.multiline,
            default: None,
            choices: Vec::new(),
        });
        ProviderView {
            name: provider.name.clone(),
            title: provider.title.clone(),
            description: provider.description.clone(),
            pushed: provider.pushed,
            steps: provider.steps.clone(),
            fields: settings.chain(secrets).collect(),
            // In the file the plainest stands last: the others count where they are filled in.
            authentication: provider
                .authentication
                .iter()
                .rev()
                .map(|way| Way {
                    name: way.name().to_owned(),
                    title: way.title.clone(),
                    fields: way.all_names().into_iter().map(str::to_owned).collect(),
                    needs: way.names().into_iter().map(str::to_owned).collect(),
                })
                .collect(),
            webhook: provider
                .audit_log
                .as_ref()
                .is_some_and(|log| log.webhook.is_some()),
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

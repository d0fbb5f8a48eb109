//! Which applications a company of this kind has.

/// How an application signs people on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// One of the vendor's own, such as the Admin Console.
    Own,
    Saml,
    /// OpenID Connect: web, browser, or a service that has no users.
    Web,
    Browser,
    Service,
    Bookmark,
    /// A password kept by the vendor and filled in by a browser plugin.
    Plugin,
    AutoLogin,
    /// A directory: no sign-on mode at all.
    Directory,
}

impl Mode {
    /// The vendor's `signOnMode`; a directory has null.
    #[must_use]
    pub fn as_str(self) -> Option<&'static str> {
        Some(match self {
            Self::Own | Self::Web | Self::Browser | Self::Service => "OPENID_CONNECT",
            Self::Saml => "SAML_2_0",
            Self::Bookmark => "BOOKMARK",
            Self::Plugin => "BROWSER_PLUGIN",
            Self::AutoLogin => "AUTO_LOGIN",
            Self::Directory => return None,
        })
    }
}

/// The vendor's own applications come first, in every organisation.
pub const OWN: [(&str, &str); 3] = [
    ("saasure", "Okta Admin Console"),
    ("okta_enduser", "Okta Dashboard"),
    ("okta_browser_plugin", "Okta Browser Plugin"),
];

/// Where the directory stands in the list of applications.
pub const DIRECTORY: usize = OWN.len();

/// Name, label, mode, and whether accounts are provisioned into it. Taken in turn, and again with a number.
pub const CATALOGUE: [(&str, &str, Mode, bool); 34] = [
    ("salesforce", "Salesforce", Mode::Saml, true),
    ("slack", "Slack", Mode::Saml, true),
    ("oidc_client", "Acme Portal", Mode::Web, false),
    ("zoomus", "Zoom", Mode::Saml, true),
    ("oidc_client", "Acme Field App", Mode::Browser, false),
    ("bookmark", "Company Handbook", Mode::Bookmark, false),
    ("github_cloud", "GitHub Enterprise Cloud", Mode::Saml, true),
    ("workday", "Workday", Mode::Saml, true),
    ("template_swa", "Parking Permits", Mode::Plugin, false),
    ("servicenow_ud", "ServiceNow", Mode::Saml, true),
    ("oidc_client", "Inventory API Client", Mode::Service, false),
    (
        "amazon_aws_sso",
        "AWS IAM Identity Center",
        Mode::Saml,
        true,
    ),
    ("atlassian", "Atlassian Cloud", Mode::Saml, true),
    ("bookmark", "Cafeteria Menu", Mode::Bookmark, false),
    ("docusign", "DocuSign", Mode::Saml, false),
    ("oidc_client", "Data Explorer", Mode::Web, false),
    ("boxnet", "Box", Mode::Saml, true),
    ("tableau_online", "Tableau Cloud", Mode::Saml, false),
    (
        "acme_legacytimesheet_1",
        "Legacy Timesheet",
        Mode::AutoLogin,
        false,
    ),
    ("zendesk", "Zendesk", Mode::Saml, true),
    ("oidc_client", "Build Dashboard", Mode::Web, false),
    ("figma", "Figma", Mode::Saml, true),
    ("bookmark", "Travel Desk", Mode::Bookmark, false),
    ("snowflake", "Snowflake", Mode::Saml, true),
    ("okta_org2org", "Subsidiary Sign-In", Mode::Saml, true),
    ("oidc_client", "Customer Console", Mode::Browser, false),
    ("datadog", "Datadog", Mode::Saml, false),
    ("template_swa", "Courier Portal", Mode::Plugin, false),
    ("pagerduty", "PagerDuty", Mode::Saml, true),
    ("oidc_client", "Payroll Connector", Mode::Service, false),
    ("netsuite", "NetSuite", Mode::Saml, true),
    ("miro", "Miro", Mode::Saml, false),
    ("bookmark", "Wellness Programme", Mode::Bookmark, false),
    ("concur", "SAP Concur", Mode::Saml, true),
];

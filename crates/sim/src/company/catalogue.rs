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

/// What is wrong with an application. At most one thing, so that each can be mended alone; none in a `--clean` company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Accounts are made in it, and left behind when people go.
    KeepsAccounts,
    /// A password is enough to get in, from anywhere.
    PasswordOnly,
    /// Switched on, and nobody has it.
    Unused,
    ImplicitGrant,
    PasswordGrant,
    /// Sends people back to the machine they sit at.
    LocalRedirect,
    /// Sends people back over an unencrypted connection.
    PlainRedirect,
    /// Sends people back to any host below a domain.
    WildcardRedirect,
    WithoutPkce,
    /// A service that proves itself with a shared secret.
    SharedSecret,
    /// A service that holds a key, and whose tokens anybody may use.
    BearerTokens,
    UnsignedAssertion,
    UnsignedResponse,
}

/// An application that a company may have.
#[derive(Debug, Clone, Copy)]
pub struct Offer {
    pub name: &'static str,
    pub label: &'static str,
    pub mode: Mode,
    /// Whether accounts are provisioned into it.
    pub provisioning: bool,
    pub flaw: Option<Flaw>,
}

const fn offer(name: &'static str, label: &'static str, mode: Mode) -> Offer {
    Offer {
        name,
        label,
        mode,
        provisioning: false,
        flaw: None,
    }
}

const fn provisioned(name: &'static str, label: &'static str) -> Offer {
    let mut offer = offer(name, label, Mode::Saml);
    offer.provisioning = true;
    offer
}

impl Offer {
    const fn with(mut self, flaw: Flaw) -> Self {
        self.flaw = Some(flaw);
        self
    }
}

/// Taken in turn, and again with a number. The first twenty hold each kind of flaw that a check asks for, and for each an
/// application of the same kind without it.
pub const CATALOGUE: [Offer; 44] = [
    provisioned("salesforce", "Salesforce"),
    provisioned("slack", "Slack").with(Flaw::KeepsAccounts),
    offer("oidc_client", "Acme Portal", Mode::Web),
    provisioned("zoomus", "Zoom").with(Flaw::PasswordOnly),
    offer("bookmark", "Company Handbook", Mode::Bookmark),
    offer("bookmark", "Cafeteria Menu", Mode::Bookmark),
    provisioned("github_cloud", "GitHub Enterprise Cloud"),
    offer("oidc_client", "Inventory API Client", Mode::Service).with(Flaw::SharedSecret),
    offer("acme_expensereports_1", "Expense Reports", Mode::Saml),
    offer("template_swa", "Parking Permits", Mode::Plugin),
    offer("oidc_client", "Acme Field App", Mode::Browser),
    offer("oidc_client", "Room Booking", Mode::Browser).with(Flaw::WithoutPkce),
    provisioned("workday", "Workday"),
    offer("oidc_client", "Data Explorer", Mode::Web).with(Flaw::ImplicitGrant),
    offer("bookmark", "Travel Desk", Mode::Bookmark),
    offer("acme_supplierinvoices_1", "Supplier Invoices", Mode::Saml).with(Flaw::UnsignedAssertion),
    offer("oidc_client", "Build Dashboard", Mode::Web).with(Flaw::LocalRedirect),
    offer("oidc_client", "Payroll Connector", Mode::Service),
    offer("tableau_online", "Tableau Cloud", Mode::Saml).with(Flaw::Unused),
    provisioned("servicenow_ud", "ServiceNow"),
    provisioned("amazon_aws_sso", "AWS IAM Identity Center"),
    provisioned("atlassian", "Atlassian Cloud"),
    offer("docusign", "DocuSign", Mode::Saml),
    offer("oidc_client", "Design Previews", Mode::Web).with(Flaw::WildcardRedirect),
    provisioned("boxnet", "Box"),
    offer(
        "acme_legacytimesheet_1",
        "Legacy Timesheet",
        Mode::AutoLogin,
    ),
    offer("oidc_client", "Warehouse Kiosk", Mode::Web).with(Flaw::PasswordGrant),
    provisioned("zendesk", "Zendesk").with(Flaw::KeepsAccounts),
    offer("oidc_client", "Badge Reader Sync", Mode::Service).with(Flaw::BearerTokens),
    provisioned("figma", "Figma"),
    provisioned("snowflake", "Snowflake"),
    provisioned("okta_org2org", "Subsidiary Sign-In"),
    offer("oidc_client", "Customer Console", Mode::Browser),
    offer("datadog", "Datadog", Mode::Saml),
    offer("template_swa", "Courier Portal", Mode::Plugin),
    provisioned("pagerduty", "PagerDuty"),
    offer("oidc_client", "Nightly Export", Mode::Service),
    offer("oidc_client", "Shift Planner", Mode::Web).with(Flaw::PlainRedirect),
    provisioned("netsuite", "NetSuite"),
    offer("miro", "Miro", Mode::Saml),
    offer("acme_warrantyclaims_1", "Warranty Claims", Mode::Saml).with(Flaw::UnsignedResponse),
    offer("bookmark", "Wellness Programme", Mode::Bookmark),
    provisioned("concur", "SAP Concur"),
    offer("acme_libraryloans_1", "Library Loans", Mode::Saml),
];

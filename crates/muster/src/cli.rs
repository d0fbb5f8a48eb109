//! What can be typed.

use std::{net::SocketAddr, path::PathBuf};

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use muster_sim::SimOptions;
use url::Url;

/// A register of everything in your identity systems: every resource, every change, in SQL
#[derive(Debug, Parser)]
#[command(
    name = "muster",
    version,
    max_term_width = 110,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
    /// Further provider files, besides those that come with the binary
    #[arg(long, global = true, value_name = "DIR", env = "MUSTER_PROVIDERS")]
    pub providers: Option<PathBuf>,
}

/// A noun, or a verb of its own.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Connect accounts, show them, turn them on and off, delete them
    #[command(subcommand)]
    Integration(Integration),
    /// Collect on schedule, judge, alert, and answer over HTTP, with the page
    Serve(Serve),
    /// Collect what has changed
    Sync(Sync),
    /// Ask in SQL
    Query(Query),
    /// What has to hold of what was collected, and what does not
    #[command(subcommand)]
    Rules(Rules),
    /// Keys for the HTTP interface
    #[command(subcommand)]
    Apikey(ApiKey),
    /// Types of your own, whose resources are pushed
    #[command(subcommand)]
    Type(Type),
    /// Push resources of a type of your own
    Push(Push),
    /// Messages about findings and changes
    #[command(subcommand)]
    Alert(Alert),
    /// The vendors' products that can be connected, and their files
    #[command(subcommand)]
    Provider(Provider),
    /// Serve a stand-in for a vendor's API: one made-up company, for trying things out
    #[command(subcommand)]
    Sim(Sim),
}

/// The data folder.
#[derive(Debug, Clone, Args)]
pub struct Data {
    /// The data folder; made on first use
    #[arg(long, value_name = "DIR", env = "MUSTER_DATA")]
    pub data: PathBuf,
}

/// `serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen; in a network, put a proxy with HTTPS before it
    #[arg(
        long,
        value_name = "ADDR",
        default_value = "127.0.0.1:8400",
        env = "MUSTER_LISTEN"
    )]
    pub listen: SocketAddr,
    /// Under which address people reach the server, such as `https://muster.example.com`; in links and for cookies
    #[arg(long, value_name = "URL", env = "MUSTER_PUBLIC_URL")]
    pub public_url: Option<Url>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "see Data")]
    pub data: Data,
}

/// `alert ...`
#[derive(Debug, Subcommand)]
pub enum Alert {
    /// Send a test message to a channel, and say what was answered
    Test {
        /// Which channel, by name
        channel: String,
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
    },
}

/// `apikey ...`
#[derive(Debug, Subcommand)]
pub enum ApiKey {
    /// Make a key; it is printed once, alone on the last line
    Create {
        /// What it is for
        #[arg(long)]
        name: String,
        /// What it is good for: `query` for questions in SQL, `read` for everything that changes nothing, `ingest` for
        /// pushing custom data, `manage`
        #[arg(long, value_name = "SCOPE")]
        scope: String,
        /// The only custom type it may push
        #[arg(long = "type", value_name = "TYPE")]
        resource_type: Option<String>,
        /// How long it is good for, such as `90d`; for good unless given
        #[arg(long, value_name = "SPAN")]
        expires: Option<String>,
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
    },
}

/// `type ...`
#[derive(Debug, Subcommand)]
pub enum Type {
    /// Add a type: its name, key and JSON Schema in a file
    Add {
        /// JSON: `{"name", "title", "description", "key", "label", "schema"}`; `-` for standard input
        file: PathBuf,
        /// Which integration of custom data it belongs to; the only one there is unless named
        #[arg(long, value_name = "NAME")]
        integration: Option<String>,
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
    },
    /// All types of your own
    List {
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// One type as it was written
    Show {
        /// Which
        name: String,
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
    },
    /// Remove a type with its resources and their history, for good
    Remove {
        /// Which
        name: String,
        /// The name once more, so that nothing is deleted by accident; asked for on a terminal
        #[arg(long, value_name = "NAME")]
        confirm: Option<String>,
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
    },
}

/// `push`
#[derive(Debug, Args)]
pub struct Push {
    /// Of which type
    pub resource_type: String,
    /// One document, one per line, or an array of them; `-` for standard input
    pub file: PathBuf,
    /// The file holds everything there is: what is not in it goes
    #[arg(long)]
    pub all: bool,
    /// Take removals although they are many at once
    #[arg(long, requires = "all")]
    pub accept_removals: bool,
    /// What was done, as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "see Data")]
    pub data: Data,
}

/// `integration ...`
#[derive(Debug, Subcommand)]
pub enum Integration {
    /// Connect an account; its credentials are tried before anything is saved
    Add(AddIntegration),
    /// Replace settings, credentials or the name; tried before anything is saved, and what was collected stays
    Set(SetIntegration),
    /// All integrations
    List {
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// One integration and how far each of its types can be believed
    Show {
        /// Which
        name: String,
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Collect it again from now on
    Enable {
        /// Which
        name: String,
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
    },
    /// Stop collecting it; what is there stays
    Disable {
        /// Which
        name: String,
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
    },
    /// Where the vendor sends what happens: make the address, or say how it is doing
    Webhook {
        /// Which
        name: String,
        /// Make another address; the old one ends
        #[arg(long, conflicts_with = "remove")]
        replace: bool,
        /// End the address
        #[arg(long)]
        remove: bool,
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove it and everything that was collected for it, for good
    Delete {
        /// Which
        name: String,
        /// The name once more, so that nothing is deleted by accident; asked for on a terminal
        #[arg(long, value_name = "NAME")]
        confirm: Option<String>,
        #[command(flatten)]
        #[allow(missing_docs, reason = "see Data")]
        data: Data,
    },
}

/// `integration add`
#[derive(Debug, Args)]
pub struct AddIntegration {
    /// Which product; `muster provider list` shows them
    pub provider: String,
    /// What you call it; unique
    #[arg(long)]
    pub name: String,
    /// What it is for
    #[arg(long, default_value = "")]
    pub description: String,
    /// A word to filter by; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// A setting, such as `domain=example.okta.com`; `types=...` limits what is collected
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
    /// A credential: `api_token=@FILE`, `api_token=@-` (standard input) and `api_token=env:VARIABLE` keep it out of the
    /// shell's history
    #[arg(long = "secret", value_name = "KEY=VALUE|@FILE|env:VARIABLE")]
    pub secrets: Vec<String>,
    /// How often the server collects it: `10m`, `1h`; every ten minutes unless given
    #[arg(long, value_name = "SPAN")]
    pub interval: Option<String>,
    /// Talk to an endpoint that is not public HTTPS; remembered for this integration
    #[arg(long)]
    pub allow_insecure_endpoints: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "see Data")]
    pub data: Data,
}

/// `integration set`
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("change").required(true).multiple(true)
    .args(["settings", "secrets", "new_name", "description", "tags", "interval", "allow_insecure_endpoints"]))]
pub struct SetIntegration {
    /// Which
    pub name: String,
    /// A setting to change; `KEY=` takes an optional one away. The others stay
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub settings: Vec<String>,
    /// A credential to replace, such as `api_token=@FILE`, `api_token=env:VARIABLE`, or `api_token=@-` for standard input
    #[arg(long = "secret", value_name = "KEY=VALUE|@FILE|env:VARIABLE")]
    pub secrets: Vec<String>,
    /// What to call it from now on
    #[arg(long = "name", value_name = "NEW")]
    pub new_name: Option<String>,
    /// What it is for
    #[arg(long)]
    pub description: Option<String>,
    /// A word to filter by, in place of those there are; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// How often the server collects it: `10m`, `1h`
    #[arg(long, value_name = "SPAN")]
    pub interval: Option<String>,
    /// Talk to an endpoint that is not public HTTPS; remembered for this integration
    #[arg(long)]
    pub allow_insecure_endpoints: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "see Data")]
    pub data: Data,
}

/// `sync`
#[derive(Debug, Args)]
pub struct Sync {
    /// Which integrations; all that are enabled unless named
    pub names: Vec<String>,
    /// List everything, also what was listed lately and did not move
    #[arg(long)]
    pub full: bool,
    /// Only these types, separated by commas
    #[arg(long = "type", value_name = "TYPE,...", value_delimiter = ',')]
    pub types: Vec<String>,
    /// Take the removals of this type although they are many at once
    #[arg(long, value_name = "TYPE", value_delimiter = ',')]
    pub accept_removals: Vec<String>,
    /// Talk to endpoints that are not public HTTPS
    #[arg(long)]
    pub allow_insecure_endpoints: bool,
    /// The result as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "see Data")]
    pub data: Data,
}

/// `rules ...`
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// Every rule
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Judge what was collected and show what fails; nothing is recorded
    Check(CheckRules),
    /// Judge the samples of every rule
    Test {
        /// How many came out as they say, as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `rules check`
#[derive(Debug, Args)]
pub struct CheckRules {
    /// Only these, by id; all unless named
    pub rules: Vec<String>,
    /// What counts: info, low, medium, high or critical, and worse
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    pub severity: String,
    /// The result as JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "see Data")]
    pub data: Data,
}

/// `query`
#[derive(Debug, Args)]
pub struct Query {
    /// The statement; from standard input when it is left out
    pub sql: Option<String>,
    /// A query that comes with a provider, instead of a statement
    #[arg(long, value_name = "ID", conflicts_with = "sql")]
    pub managed: Option<String>,
    /// Show the queries that come with the providers
    #[arg(long, conflicts_with_all = ["sql", "managed"])]
    pub list: bool,
    /// What `$name` stands for: a JSON value, or text
    #[arg(long = "variable", value_name = "NAME=VALUE")]
    pub variables: Vec<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Stop after this long
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = humantime::parse_duration)]
    pub time_limit: std::time::Duration,
    /// Memory for sorting, joining and grouping, in megabytes
    #[arg(long, value_name = "MB", default_value_t = 512)]
    pub memory_limit: usize,
    /// Rows of the answer at most
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub row_limit: u64,
    #[command(flatten)]
    #[allow(missing_docs, reason = "see Data")]
    pub data: Data,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading
    Table,
    /// One array of objects
    Json,
    /// One object per line
    Ndjson,
    /// Comma-separated values with a heading
    Csv,
}

/// `provider ...`
#[derive(Debug, Subcommand)]
pub enum Provider {
    /// The providers and their types
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Report everything that is wrong with provider files
    Lint {
        /// The folder; those that come with the binary unless given
        dir: Option<PathBuf>,
    },
    /// Read one raw answer of a vendor as rows of a type
    Decode {
        /// Which type
        resource_type: String,
        /// The answer's body: an array, an object, or the vendor's envelope
        #[arg(long, value_name = "FILE")]
        input: PathBuf,
        /// How the rows are written
        #[arg(long, value_enum, default_value_t = Format::Json)]
        format: Format,
    },
}

/// `sim ...`
#[derive(Debug, Subcommand)]
pub enum Sim {
    /// Okta; accepts the tokens `sim-super-admin` and `sim-read-only`
    Okta(SimOptions),
    /// JumpCloud; accepts the key `sim-api-key`, and the service account `sim-client` with `sim-client-secret`
    #[command(name = "jumpcloud")]
    JumpCloud(SimOptions),
    /// MonoSign; the headers that let one in are told at the start
    #[command(name = "monosign")]
    MonoSign(SimOptions),
    /// All of them over one company, each on a port of its own
    All(SimOptions),
}

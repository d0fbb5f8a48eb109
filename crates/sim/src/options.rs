//! The flags of `muster sim`, and what they mean.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;

use crate::clock::{Clock, DAY, Seconds, parse_millis};
use crate::company::{Company, Founding, Plan};
use crate::error::SimError;
use crate::faults::Faults;
use crate::okta::rate_limit::Limiting;
use crate::vendor::Vendor;

/// How big the company is, how it lives, and how badly its API behaves.
#[derive(Debug, Clone, Args)]
pub struct SimOptions {
    /// Address to listen on; several vendors take the ports after it too. 127.0.0.1 with port 8410 for Okta, 8411 for
    /// JumpCloud, 8412 for MonoSign unless given
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Number of people at the epoch, of every status
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub users: u32,
    /// Number of groups; about 2.2 times the square root of the people unless given
    #[arg(long, value_name = "N")]
    pub groups: Option<usize>,
    /// Number of applications; about half the square root of the people unless given
    #[arg(long, value_name = "N")]
    pub apps: Option<usize>,
    /// About how many people are assigned to applications, in pairs; five per person unless given
    #[arg(long, value_name = "N")]
    pub assignments: Option<u64>,
    /// About how many memberships groups without a rule have together; two per person unless given
    #[arg(long, value_name = "N")]
    pub memberships: Option<u64>,
    /// Everything is derived from this number: the same seed and sizes give the same company
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// The moment the company is as it was founded; changes come after it. An RFC 3339 time, a date, `now` or `today`
    #[arg(long, value_name = "TIME", default_value = "2026-06-01T00:00:00Z")]
    pub epoch: String,
    /// Share of the people who change by themselves in a span since the epoch: `0.001/h`, `0.02/d`
    #[arg(long, value_name = "RATE")]
    pub churn: Option<String>,
    /// Whether requests are limited: `off` never refuses, `vendor` as the vendor does, a number for every bucket alike
    #[arg(long, value_name = "off|vendor|N", default_value = "off")]
    pub rate_limits: String,
    /// Refuse more than this many requests at once
    #[arg(long, value_name = "N")]
    pub concurrency_limit: Option<usize>,
    /// Wait this long before each answer, such as `20ms`
    #[arg(long, value_name = "SPAN")]
    pub latency: Option<String>,
    /// Misbehave: `429:0.01`, `500:0.02`, `cut:0.01`, `timeout:0.001`, each with `@PATH` or `#3@PATH` for the third request;
    /// `repeat-next:PATH`, `shift:PATH`, `skip:PATH`, `empty-page:PATH`, `misleading-link:PATH`, `no-total:PATH`,
    /// `forget-cursor:1@PATH`; `late:0.1` and `sparse:0.1` for events. `*` in a path stands for one segment. Repeatable
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<String>,
    /// Send what happens to this address, as the vendor does; `{vendor}` in it stands for okta, jumpcloud or monosign
    #[arg(long, value_name = "URL")]
    pub hook: Option<String>,
    /// A header of every message to the hook
    #[arg(long, value_name = "NAME:VALUE", requires = "hook")]
    pub hook_header: Option<String>,
    /// A company without planted weaknesses
    #[arg(long)]
    pub clean: bool,
    /// An organisation on the Classic Engine: fewer policy types
    #[arg(long)]
    pub classic: bool,
    /// Answer `/_sim/counts`, `/_sim/truth`, `/_sim/stats` and `/_sim/change`
    #[arg(long)]
    pub control: bool,
    /// Frame answers as gzip where the caller accepts it; stored, not compressed, to leave the processor to others
    #[arg(long)]
    pub gzip: bool,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            listen: None,
            users: 200,
            groups: None,
            apps: None,
            assignments: None,
            memberships: None,
            seed: 1,
            epoch: "2026-06-01T00:00:00Z".to_owned(),
            churn: None,
            rate_limits: "off".to_owned(),
            concurrency_limit: None,
            latency: None,
            fault: Vec::new(),
            hook: None,
            hook_header: None,
            clean: false,
            classic: false,
            control: false,
            gzip: false,
        }
    }
}

/// The flags, understood.
#[derive(Debug)]
pub(crate) struct Settings {
    pub epoch: Seconds,
    /// Share of the people per hour.
    pub churn: f64,
    pub limiting: Limiting,
    pub latency: Duration,
    pub faults: Faults,
}

impl SimOptions {
    /// Where the vendor at place `n` of those that are served together listens.
    #[must_use]
    pub fn address(&self, vendor: Vendor, n: u16) -> SocketAddr {
        match self.listen {
            None => SocketAddr::from(([127, 0, 0, 1], vendor.port())),
            // any free port is any free port for each
            Some(given) if given.port() == 0 => given,
            Some(given) => SocketAddr::new(given.ip(), given.port().saturating_add(n)),
        }
    }

    /// Reads what is written in words.
    pub(crate) fn settings(&self, clock: &Clock) -> Result<Settings, SimError> {
        if self.users == 0 || self.users > 20_000_000 {
            return Err(SimError::option(
                "--users",
                "give a number from 1 to 20000000",
            ));
        }
        Ok(Settings {
            epoch: epoch(&self.epoch, clock)?,
            churn: self.churn.as_deref().map_or(Ok(0.0), churn)?,
            limiting: Limiting::read(&self.rate_limits).ok_or_else(|| {
                SimError::option(
                    "--rate-limits",
                    "give off, vendor or a number of requests per minute",
                )
            })?,
            latency: self.latency.as_deref().map_or(Ok(Duration::ZERO), span)?,
            faults: Faults::read(&self.fault)
                .map_err(|problem| SimError::option("--fault", problem))?,
        })
    }

    /// Founds the company.
    pub(crate) fn company(&self, epoch: Seconds) -> Company {
        let plan = Plan::new(
            self.users,
            self.groups,
            self.apps,
            self.assignments,
            self.memberships,
        );
        Company::new(Founding {
            seed: self.seed,
            plan,
            epoch,
            clean: self.clean,
            classic: self.classic,
        })
    }
}

fn epoch(text: &str, clock: &Clock) -> Result<Seconds, SimError> {
    match text {
        "now" => return Ok(clock.now()),
        "today" => return Ok(clock.now() / DAY * DAY),
        _ => {}
    }
    let millis = parse_millis(text).or_else(|| parse_millis(&format!("{text}T00:00:00Z")));
    millis.map(|m| m / 1000).ok_or_else(|| {
        SimError::option(
            "--epoch",
            format!("'{text}' is not a time; write 2026-06-01T00:00:00Z, now or today"),
        )
    })
}

fn churn(text: &str) -> Result<f64, SimError> {
    let wrong = || {
        SimError::option(
            "--churn",
            format!("'{text}' is not a rate; write 0.001/h or 0.02/d"),
        )
    };
    let (share, unit) = text.split_once('/').ok_or_else(wrong)?;
    let share: f64 = share.parse().map_err(|_| wrong())?;
    let hours = match unit {
        "s" => 1.0 / 3600.0,
        "m" | "min" => 1.0 / 60.0,
        "h" => 1.0,
        "d" => 24.0,
        _ => return Err(wrong()),
    };
    if share.is_finite() && share >= 0.0 {
        Ok(share / hours)
    } else {
        Err(wrong())
    }
}

pub(crate) fn span(text: &str) -> Result<Duration, SimError> {
    humantime::parse_duration(text).map_err(|_| {
        SimError::option(
            "--latency",
            format!("'{text}' is not a span of time; write 20ms"),
        )
    })
}

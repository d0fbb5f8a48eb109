//! E-mail by SMTP: plain text and simple HTML, with a Message-ID that is the delivery's.

use std::{
    error::Error,
    net::{IpAddr, SocketAddr},
    time::{Duration, UNIX_EPOCH},
};

use async_trait::async_trait;
use lettre::{
    Message as Mail,
    message::{Mailbox, Mailboxes, MultiPart, header},
    transport::smtp::{
        Error as SmtpError,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        extension::ClientId,
    },
};
use muster_outbound::{public_addresses, refused_address, untrusted_certificate};
use serde_json::Value;

use super::{
    Accepted, ChannelForm, ChannelKind, Entered, Field, Outcome, Refusal,
    mail::{html, subject, text},
    post::{deepest, shortened, untrusted},
};
use crate::{FieldProblem, letter::Letter, reach::Reach};

/// So long a server may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

static FORM: ChannelForm = ChannelForm {
    kind: "email",
    title: "E-mail",
    description: "Sends messages by e-mail through your mail server.",
    fields: &[
        Field {
            name: "to",
            label: "To",
            help: "Who gets them; several addresses with commas between them.",
            example: Some("security@example.com, it@example.com"),
            ..Field::REQUIRED
        },
        Field {
            name: "from",
            label: "From",
            help: "The sender. The mail server must let you use it.",
            example: Some("Muster <muster@example.com>"),
            ..Field::REQUIRED
        },
        Field {
            name: "server",
            label: "Mail server",
            help: "The name of the SMTP server that takes outgoing mail.",
            example: Some("smtp.example.com"),
            ..Field::REQUIRED
        },
        Field {
            name: "security",
            label: "Encryption",
            help: "`starttls` (usual, port 587), `tls` (port 465), or `none` (port 25; has to be allowed).",
            example: Some("starttls"),
            ..Field::OPTIONAL
        },
        Field {
            name: "port",
            label: "Port",
            help: "Only where it is not the usual one.",
            example: Some("587"),
            ..Field::OPTIONAL
        },
        Field {
            name: "username",
            label: "User name",
            help: "Where the server wants you to sign in.",
            example: Some("muster@example.com"),
            ..Field::OPTIONAL
        },
        Field {
            name: "password",
            label: "Password",
            help: "The password of that user; often one made for an application.",
            secret: true,
            ..Field::OPTIONAL
        },
    ],
};

/// The kind of channel.
pub(super) struct Email;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    StartTls,
    Tls,
    None,
}

/// What was entered, understood.
struct Server<'a> {
    name: &'a str,
    port: u16,
    security: Security,
    credentials: Option<(&'a str, &'a str)>,
    from: Mailbox,
    to: Mailboxes,
}

/// What was entered, or what is wrong with it.
fn understand<'a>(entered: &'a Entered<'_>) -> Result<Server<'a>, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let mut problem = |field: &str, message: &str| problems.push(FieldProblem::new(field, message));
    let from = entered.get("from").unwrap_or_default().parse::<Mailbox>();
    if from.is_err() {
        problem(
            "from",
            "this is no address; write it like `Muster <muster@example.com>`",
        );
    }
    let to = entered.get("to").unwrap_or_default().parse::<Mailboxes>();
    if to.is_err() {
        problem("to", "these are no addresses; put commas between several");
    }
    let security = match entered.get("security").unwrap_or("starttls") {
        "starttls" => Security::StartTls,
        "tls" => Security::Tls,
        "none" => Security::None,
        _ => {
            problem("security", "this is one of `starttls`, `tls` and `none`");
            Security::StartTls
        }
    };
    if security == Security::None && !entered.allow_insecure_endpoint {
        problem(
            "security",
            "without encryption everybody on the way can read it; use `starttls` or `tls`, or allow insecure endpoints \
             for this channel",
        );
    }
    let usual = match security {
        Security::StartTls => 587,
        Security::Tls => 465,
        Security::None => 25,
    };
    let port = entered.get("port").map_or(Ok(usual), str::parse);
    if port.is_err() {
        problem("port", "this is a number from 1 to 65535");
    }
    let name = entered.get("server").unwrap_or_default();
    if url::Host::parse(name).is_err() || name.contains(['/', ':', '@']) && !name.contains("::") {
        problem(
            "server",
            "this is no server's name; write it like `smtp.example.com`",
        );
    } else if let Ok(address) = name.parse::<IpAddr>()
        && !entered.allow_insecure_endpoint
        && !is_public(address)
    {
        problem(
            "server",
            "its address is not a public one; use a public server, or allow insecure endpoints for this channel",
        );
    }
    let credentials = match (entered.get("username"), entered.get("password")) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        (Some(_), None) => {
            problem("password", "a user name needs its password");
            None
        }
        (None, Some(_)) => {
            problem("username", "a password needs its user name");
            None
        }
    };
    match (from, to, port) {
        (Ok(from), Ok(to), Ok(port)) if problems.is_empty() => Ok(Server {
            name,
            port,
            security,
            credentials,
            from,
            to,
        }),
        _ => Err(problems),
    }
}

/// Whether a server may be named by this address.
fn is_public(address: IpAddr) -> bool {
    let host = match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    };
    url::Url::parse(&format!("https://{host}/"))
        .is_ok_and(|url| muster_outbound::check(&url).is_ok())
}

#[async_trait]
impl ChannelKind for Email {
    fn form(&self) -> &'static ChannelForm {
        &FORM
    }

    fn problems(&self, entered: &Entered<'_>) -> Vec<FieldProblem> {
        understand(entered).err().unwrap_or_default()
    }

    fn render(&self, letter: &Letter<'_>) -> Value {
        Value::String(format!("Subject: {}\n\n{}", subject(letter), text(letter)))
    }

    async fn send(&self, entered: &Entered<'_>, letter: &Letter<'_>, reach: &Reach) -> Outcome {
        let server = understand(entered).map_err(|problems| {
            let words: Vec<String> = problems
                .into_iter()
                .map(|problem| format!("{}: {}", problem.field, problem.message))
                .collect();
            Refusal::never(words.join("; "))
        })?;
        let mail = write(&server, letter)?;
        let exchange = exchange(&server, &mail, entered.allow_insecure_endpoint, reach);
        match tokio::time::timeout(reach.whole, exchange).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Refusal::later(format!(
                "the mail server did not answer within {} seconds; it may have arrived all the same",
                reach.whole.as_secs_f32().ceil()
            ))),
        }
    }
}

/// One conversation with the server.
async fn exchange(
    server: &Server<'_>,
    mail: &Mail,
    allow_insecure_endpoint: bool,
    reach: &Reach,
) -> Outcome {
    let addresses = addresses(server, allow_insecure_endpoint).await?;
    let hello = ClientId::Domain(server.from.email.domain().to_owned());
    let tls = match server.security {
        Security::None => None,
        _ => Some(tls_parameters(server, reach)?),
    };
    let wrapped = match server.security {
        Security::Tls => tls.clone(),
        _ => None,
    };
    let connecting = AsyncSmtpConnection::connect_tokio1(
        addresses.as_slice(),
        Some(reach.connect),
        &hello,
        wrapped,
        None,
    );
    let mut connection = connecting.await.map_err(failure)?;
    if server.security == Security::StartTls {
        if !connection.can_starttls() {
            leave(connection).await;
            return Err(Refusal::never(
                "the mail server does not offer STARTTLS on that port; try `tls`, or another port",
            ));
        }
        if let Some(tls) = tls {
            connection.starttls(tls, &hello).await.map_err(failure)?;
        }
    }
    if let Some((user, password)) = server.credentials {
        let credentials = Credentials::new(user.to_owned(), password.to_owned());
        if let Err(error) = connection
            .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
            .await
        {
            leave(connection).await;
            let refusal = failure(error);
            let reason = format!("the mail server did not let us sign in: {}", refusal.reason);
            return Err(Refusal { reason, ..refusal });
        }
    }
    let answer = connection.send(mail.envelope(), &mail.formatted()).await;
    leave(connection).await;
    let answer = answer.map_err(failure)?;
    let words: Vec<&str> = answer.message().collect();
    Ok(Accepted {
        answer: shortened(&format!(
            "the mail server took it ({} {})",
            answer.code(),
            words.join(" ")
        )),
    })
}

/// Says goodbye. The server has the mail or has refused it: how the conversation ends changes nothing, and is not waited
/// for long.
async fn leave(mut connection: AsyncSmtpConnection) {
    let _ = tokio::time::timeout(GOODBYE, connection.abort()).await;
}

/// Looked up here, so that what was checked is what is connected to.
async fn addresses(
    server: &Server<'_>,
    allow_insecure_endpoint: bool,
) -> Result<Vec<SocketAddr>, Refusal> {
    let place = (server.name, server.port);
    let found = if allow_insecure_endpoint {
        tokio::net::lookup_host(place).await.map(Iterator::collect)
    } else {
        public_addresses(server.name, server.port).await
    };
    match found {
        Ok(found) => Ok(found),
        Err(error) => Err(match refused_address(&error) {
            Some(refused) => Refusal::never(format!(
                "{refused}; use a public server, or allow insecure endpoints for this channel"
            )),
            None => Refusal::later(format!(
                "the name of the mail server could not be looked up ({error})"
            )),
        }),
    }
}

fn tls_parameters(server: &Server<'_>, reach: &Reach) -> Result<TlsParameters, Refusal> {
    let unusable = |error: SmtpError| {
        let cause = deepest(&error).unwrap_or_else(|| error.to_string());
        Refusal::later(format!("TLS could not be set up ({cause})"))
    };
    let mut builder = TlsParameters::builder(server.name.to_owned());
    if let Some(pem) = &reach.authorities {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(unusable)?);
    }
    builder.build().map_err(unusable)
}

/// What an answer or the lack of one means.
fn failure(error: SmtpError) -> Refusal {
    if let Some(reason) = untrusted_certificate(&error) {
        return Refusal::later(untrusted(&reason));
    }
    let cause = error.source().map(|_| deepest(&error)).unwrap_or_default();
    if let Some(status) = error.status() {
        let words = cause.map(|words| format!(": {words}")).unwrap_or_default();
        let said = format!("the mail server answered {status}{words}");
        return if error.is_permanent() {
            Refusal::never(format!(
                "{said}; that stays so until the channel or the server is changed"
            ))
        } else {
            Refusal::later(said)
        };
    }
    let cause = cause.unwrap_or_else(|| error.to_string());
    if error.is_client() {
        return Refusal::never(format!(
            "the mail server cannot take this message ({cause})"
        ));
    }
    Refusal::later(format!("no conversation with the mail server ({cause})"))
}

/// The whole mail. Nothing in it differs from try to try.
fn write(server: &Server<'_>, letter: &Letter<'_>) -> Result<Mail, Refusal> {
    let date = UNIX_EPOCH + Duration::from_millis(letter.created.max(0).unsigned_abs());
    let mut mail = Mail::builder()
        .message_id(Some(format!(
            "<{}@{}>",
            letter.delivery,
            server.from.email.domain()
        )))
        .date(date)
        .from(server.from.clone())
        .subject(subject(letter))
        .header(AutoSubmitted)
        .header(Delivery(letter.delivery.to_owned()));
    for to in server.to.iter() {
        mail = mail.to(to.clone());
    }
    mail.multipart(MultiPart::alternative_plain_html(
        text(letter),
        html(letter),
    ))
    .map_err(|error| Refusal::never(format!("the mail could not be written ({error})")))
}

/// Tells other machines not to answer (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

/// The delivery's id, for whoever sorts mail by machine.
#[derive(Debug, Clone)]
struct Delivery(String);

type HeaderResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> HeaderResult<Self> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl header::Header for Delivery {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Muster-Delivery")
    }

    fn parse(text: &str) -> HeaderResult<Self> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), self.0.clone())
    }
}

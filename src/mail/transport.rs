//! The way to the SMTP server.

use std::time::{Duration, SystemTime};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, header},
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};
use uuid::Uuid;

use super::Outgoing;
use crate::{
    clock::Time,
    config::{Config, MailTls},
};

/// A server that says nothing for so long is given up.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends mail.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
}

/// Why a letter did not go out.
#[derive(Debug, thiserror::Error)]
pub enum NotSent {
    /// It can't be sent at all.
    #[error("the letter cannot be written: {0}")]
    Letter(String),
    /// The server was not there, or did not want it.
    #[error("the mail server: {0}")]
    Server(#[from] lettre::transport::smtp::Error),
}

impl Mailer {
    /// What the configuration says; `None` where no mail is sent. Nothing is asked of the server yet.
    ///
    /// # Errors
    /// What is wrong with `mail.extra_ca` or `mail.from`.
    pub fn new(config: &Config) -> Result<Option<Self>, String> {
        let section = &config.raw.mail;
        let (Some(host), Some(from)) = (&section.host, &section.from) else { return Ok(None) };
        let from = from.parse().map_err(|_| "mail.from is no address".to_owned())?;
        let tls = match section.tls {
            MailTls::StartTls => Tls::Required(parameters(config, host)?),
            MailTls::Implicit => Tls::Wrapper(parameters(config, host)?),
            MailTls::None => Tls::None,
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(section.port())
            .tls(tls)
            .hello_name(ClientId::Domain(config.issuer.host().to_owned()))
            .timeout(Some(TIMEOUT));
        let builder = match (&section.username, &section.password) {
            (Some(name), Some(password)) => {
                builder.credentials(Credentials::new(name.clone(), password.expose().clone()))
            }
            _ => builder,
        };
        Ok(Some(Self { transport: builder.build(), from, host: config.issuer.host().to_owned() }))
    }

    /// Sends a letter: the server has taken it. Its `id` is the same at each try, so that it is read once.
    ///
    /// # Errors
    /// When the server has not taken it.
    pub async fn send(&self, id: Uuid, letter: &Outgoing, now: Time) -> Result<(), NotSent> {
        let unwritten = |error: &dyn std::fmt::Display| NotSent::Letter(error.to_string());
        let to: Mailbox = letter.to.parse().map_err(|error: lettre::address::AddressError| unwritten(&error))?;
        let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(letter.subject.clone())
            // No answering machine should answer (RFC 3834 5).
            .header(AutoSubmitted)
            .date(SystemTime::from(now))
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .multipart(body)
            .map_err(|error| unwritten(&error))?;
        self.transport.send(message).await?;
        Ok(())
    }

    /// Whether the server answers, and lets us in.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> Result<(), NotSent> {
        match self.transport.test_connection().await? {
            true => Ok(()),
            false => Err(NotSent::Letter("it is not ready".to_owned())),
        }
    }
}

/// `Auto-Submitted: auto-generated`
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl header::Header for AutoSubmitted {
    fn name() -> header::HeaderName {
        header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> header::HeaderValue {
        header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn parameters(config: &Config, host: &str) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(file) = &config.raw.mail.extra_ca {
        let wrong = |error: &dyn std::fmt::Display| format!("mail.extra_ca: {}: {error}", file.display());
        let text = std::fs::read(file).map_err(|error| wrong(&error))?;
        builder = builder.add_root_certificate(Certificate::from_pem(&text).map_err(|error| wrong(&error))?);
    }
    builder.build_rustls().map_err(|error| error.to_string())
}

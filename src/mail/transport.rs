//! The way to the SMTP server.

use std::time::{Duration, SystemTime};

use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
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

/// Sends mail.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
    timeout: Duration,
}

/// Why a letter did not go out. What the server said in its own words stays out: it repeats addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// It can't be sent at all.
    #[error("the letter cannot be written")]
    Letter,
    /// The server wants no letter for this address, now or ever.
    #[error("the mail server refused the address")]
    Address,
    /// The server refused for now, or us.
    #[error("the mail server answered {0}")]
    Refused(u16),
    /// The server said nothing for too long.
    #[error("the mail server did not answer in time")]
    Silent,
    /// The server was not there, or TLS failed.
    #[error("the mail server could not be reached")]
    Away,
}

impl NotSent {
    /// Whether it may go out later.
    #[must_use]
    pub fn is_passing(self) -> bool {
        !matches!(self, Self::Letter | Self::Address)
    }

    fn of(error: &lettre::transport::smtp::Error) -> Self {
        match error.status().map(u16::from) {
            // RFC 5321 4.2.3; 530 to 538 are about who we are.
            Some(550 | 551 | 553 | 556) => Self::Address,
            Some(code) => Self::Refused(code),
            None if error.is_timeout() => Self::Silent,
            None => Self::Away,
        }
    }
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
        let timeout = section.timeout.to_std();
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(section.port())
            .tls(tls)
            .hello_name(ClientId::Domain(config.issuer.host().to_owned()))
            .timeout(Some(timeout));
        let builder = match (&section.username, &section.password) {
            (Some(name), Some(password)) => {
                builder.credentials(Credentials::new(name.clone(), password.expose().clone()))
            }
            _ => builder,
        };
        Ok(Some(Self { transport: builder.build(), from, host: config.issuer.host().to_owned(), timeout }))
    }

    /// Sends a letter: the server has taken it. Its `id` is the same at each try, so that it is read once.
    ///
    /// # Errors
    /// When the server has not taken it.
    pub async fn send(&self, id: Uuid, letter: &Outgoing, now: Time) -> Result<(), NotSent> {
        let address: Address = letter.to.parse().map_err(|_| NotSent::Letter)?;
        let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(letter.subject.clone())
            // No answering machine should answer (RFC 3834 5).
            .header(AutoSubmitted)
            .date(SystemTime::from(now))
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .multipart(body)
            .map_err(|_| NotSent::Letter)?;
        // The library's own deadline is for connecting alone.
        match tokio::time::timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(NotSent::of(&error)),
            Err(_) => Err(NotSent::Silent),
        }
    }

    /// Whether the server answers, and lets us in.
    ///
    /// # Errors
    /// When it does not, in its own words.
    pub async fn check(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("it is not ready".to_owned()),
            Err(error) => Err(error.to_string()),
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

//! What a server reaches and believes of the world outside: apps, people's mailboxes, makers of authenticators.

use crate::{
    attestation::{Files, Metadata},
    config::Config,
    mail::Mailer,
    outbound::Outbound,
};

/// Opened once, from the configuration alone.
pub struct Outside {
    /// The way to apps.
    pub outbound: Outbound,
    /// The way to mailboxes; `None` where no mail is sent.
    pub mail: Option<Mailer>,
    /// What is known of authenticators.
    pub metadata: Box<dyn Metadata>,
}

impl Outside {
    /// Reads what is needed; nobody is called yet.
    ///
    /// # Errors
    /// What is wrong, for the operator.
    pub fn open(config: &Config) -> Result<Self, String> {
        let metadata = Box::new(Files::open(config));
        Ok(Self { outbound: Outbound::new(config)?, mail: Mailer::new(config)?, metadata })
    }
}

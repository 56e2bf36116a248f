//! The ways out of a server: to apps, and to people's mailboxes.

use crate::{config::Config, mail::Mailer, outbound::Outbound};

/// Opened once, from the configuration alone.
pub struct Ways {
    /// To apps.
    pub outbound: Outbound,
    /// To mailboxes; `None` where no mail is sent.
    pub mail: Option<Mailer>,
}

impl Ways {
    /// Reads what they need; nobody is called yet.
    ///
    /// # Errors
    /// What is wrong, for the operator.
    pub fn open(config: &Config) -> Result<Self, String> {
        Ok(Self { outbound: Outbound::new(config)?, mail: Mailer::new(config)? })
    }
}

//! `[mail]`

use lettre::message::Mailbox;

use super::{duration::Lifetime, problem::Problem, section::section, setting::choice};
use crate::crypto::secret::Secret;

choice! {
    /// How the connection to the SMTP server is protected.
    MailTls: "\"starttls\", \"implicit\" or \"none\"" {
        /// Begun in the clear, and not gone on with unless TLS comes (port 587).
        StartTls = "starttls",
        /// From the first byte (port 465, RFC 8314).
        Implicit = "implicit",
        /// Not at all (port 25): for a server on this machine.
        None = "none",
    }
}

section! {
    /// How mail goes out: notices of what happened to an account, and the confirmation of an address. Without a host none does.
    Mail in "mail" {
        /// The SMTP server; without one no mail is sent.
        host: Option<String> = None,
        /// Its port; 587, 465 or 25 as `mail.tls` says when it is not set.
        port: Option<u32> = None,
        /// How the connection is protected.
        tls: MailTls = MailTls::StartTls,
        /// A file of certificates in PEM that are trusted beside the public ones.
        extra_ca: Option<std::path::PathBuf> = None,
        /// Who signs in there.
        username: Option<String> = None,
        /// With which password.
        password: Option<Secret<String>> = None,
        /// How long the server may take for a letter, at most 90 seconds.
        timeout: Lifetime = Lifetime::seconds(30),
        /// From whom mail comes, such as `Example <id@example.org>`.
        from: Option<String> = None,
        /// Whether people without a passkey can be sent a link by mail: whoever reads somebody's mail can then take their account
        /// over, after `mail.recovery_delay`. Never for people with a role.
        recovery: bool = false,
        /// How long such a link is held back, while everybody who reads that mail can call it off.
        recovery_delay: Lifetime = Lifetime::days(1),
    }
}

impl Mail {
    /// The port that is asked for.
    #[must_use]
    pub fn port(&self) -> u16 {
        let usual = match self.tls {
            MailTls::StartTls => 587,
            MailTls::Implicit => 465,
            MailTls::None => 25,
        };
        self.port.and_then(|port| u16::try_from(port).ok()).unwrap_or(usual)
    }

    /// Whether somebody without a passkey can ask for a link.
    #[must_use]
    pub fn can_recover(&self) -> bool {
        self.host.is_some() && self.recovery
    }

    pub(super) fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.port.is_some_and(|port| port == 0 || port > u32::from(u16::MAX)) {
            problems.push(Problem::new("mail.port", "expected a port"));
        }
        if self.timeout.get() > chrono::Duration::seconds(90) {
            problems.push(Problem::new("mail.timeout", "at most 90 seconds"));
        }
        if self.username.is_some() != self.password.is_some() {
            problems.push(Problem::new("mail.username", "goes with mail.password"));
        }
        if self.from.as_ref().is_some_and(|from| from.parse::<Mailbox>().is_err()) {
            problems.push(Problem::new("mail.from", "is no address such as \"Example <id@example.org>\""));
        }
        if self.host.is_some() && self.from.is_none() {
            problems.push(Problem::new("mail.from", "is needed where mail.host is set"));
        }
        if self.host.is_none() && self.recovery {
            problems.push(Problem::new("mail.recovery", "needs mail.host"));
        }
        problems
    }
}

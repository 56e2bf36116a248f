//! `[mail]`

use super::{problem::Problem, section::section};
use crate::crypto::secret::Secret;

section! {
    /// How mail goes out. This version sends none.
    Mail in "mail" {
        /// The SMTP server.
        host: Option<String> = None,
        /// Who signs in there.
        username: Option<String> = None,
        /// With which password.
        password: Option<Secret<String>> = None,
        /// From whom mail comes.
        from: Option<String> = None,
    }
}

impl Mail {
    pub(super) fn check(&self) -> Result<(), Problem> {
        match &self.host {
            Some(_) => Err(Problem::new("mail.host", "this version sends no mail")),
            None => Ok(()),
        }
    }
}

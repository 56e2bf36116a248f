//! `[jobs]`

use super::{duration::Lifetime, problem::Problem, section::section};

section! {
    /// What the server does on its own.
    Jobs in "jobs" {
        /// Whether expired rows are tidied away. Nothing expired is accepted either way.
        janitor: bool = true,
        /// How often the janitor comes.
        janitor_interval: Lifetime = Lifetime::seconds(60),
        /// Rows that one transaction of the janitor deletes at most.
        janitor_batch: u32 = 500,
    }
}

impl Jobs {
    pub(super) fn check(&self) -> Result<(), Problem> {
        match self.janitor_batch {
            1..=10_000 => Ok(()),
            _ => Err(Problem::new("jobs.janitor_batch", "between 1 and 10000")),
        }
    }
}

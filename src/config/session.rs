//! `[session]`

use super::{duration::Lifetime, section::section};

section! {
    /// Browser sessions.
    Session in "session" {
        /// How long a session lasts after its last sign-in to an app.
        idle: Lifetime = Lifetime::seconds(12 * 3600),
        /// How long a session lasts at most.
        absolute: Lifetime = Lifetime::days(30),
    }
}

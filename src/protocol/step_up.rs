//! What needs a passkey shown once more.

use super::names::names;

names! {
    /// One thing to be done.
    Action {
        /// Another passkey, or a link for another device.
        PasskeyAdd = "passkey.add",
        /// Removing a passkey; the target is its id.
        PasskeyRemove = "passkey.remove",
        /// New recovery codes.
        RecoveryCodes = "recovery_codes",
        /// Another e-mail address.
        Email = "email",
        /// Everything that is held about oneself.
        Export = "export",
        /// Deleting one's account.
        Delete = "delete",
        /// Administration; the target is the method and the path of the call.
        Admin = "admin",
    }
}

impl Action {
    /// Whether it is about one thing, which must be named.
    #[must_use]
    pub const fn has_target(self) -> bool {
        matches!(self, Self::PasskeyRemove | Self::Admin)
    }
}

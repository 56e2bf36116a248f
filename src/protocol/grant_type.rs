//! Grant types (RFC 7591 2): the token endpoint's arms and what discovery advertises are this list.

use super::names::names;

names! {
    /// What a client may ask with.
    GrantType {
        /// RFC 6749 4.1.
        AuthorizationCode = "authorization_code",
        /// RFC 6749 6.
        RefreshToken = "refresh_token",
        /// RFC 6749 4.4.
        ClientCredentials = "client_credentials",
        /// Tokens from the authorization endpoint (RFC 6749 4.2): legacy, and no arm of the token endpoint.
        Implicit = "implicit",
    }
}

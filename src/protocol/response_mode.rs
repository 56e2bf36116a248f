//! Response modes (OAuth 2.0 Multiple Response Type Encoding Practices 2.1, OAuth 2.0 Form Post Response Mode).

use super::{names::names, response_type::ResponseType};

names! {
    /// How an answer travels.
    ResponseMode {
        /// In the query.
        Query = "query",
        /// In the fragment.
        Fragment = "fragment",
        /// By POST, from a page that sends itself.
        FormPost = "form_post",
    }
}

impl ResponseMode {
    /// What a request gets that names none: tokens never travel in a query.
    #[must_use]
    pub fn default_of(response_type: ResponseType) -> Self {
        if response_type.is_legacy() { Self::Fragment } else { Self::Query }
    }
}

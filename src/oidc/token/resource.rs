//! `resource` at the token endpoint (RFC 8707 2.2).

use crate::{
    app::App,
    protocol::{
        client::Client,
        parameters::Parameters,
        resource::{self, Resource},
    },
};

/// The resources that a request names, or, where it names none, all that was granted. `None` for one that is unknown, or
/// that `granted` lacks: what was granted may be narrowed, never widened. Without `granted`, whatever is open to the client may be named.
pub(super) fn asked(
    app: &App,
    client: &Client,
    form: &Parameters,
    granted: Option<&[String]>,
) -> Option<Vec<Resource>> {
    let named = resource::named(form)?;
    let find = |name: &str| app.clients.resource(name).filter(|it| it.is_open_to(client));
    match granted {
        // What went since then is left out, but nothing becomes a token for the issuer by that.
        Some(granted) if named.is_empty() => {
            let left: Vec<_> = granted.iter().filter_map(|name| find(name)).collect();
            (granted.is_empty() || !left.is_empty()).then_some(left)
        }
        Some(granted) => {
            let is_granted = |name: &str| granted.iter().any(|known| known == name);
            named.into_iter().map(|name| find(name).filter(|_| is_granted(name))).collect()
        }
        None => named.into_iter().map(find).collect(),
    }
}

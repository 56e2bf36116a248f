//! `resource` at the token endpoint (RFC 8707 2.2).

use crate::{
    app::App,
    protocol::{parameters::Parameters, resource::Resource},
};

/// The resources that a request names, or, where it names none, all that was granted. `None` for one that is unknown, or
/// that `granted` lacks: what was granted may be narrowed, never widened. Without `granted`, whatever exists may be named.
pub(super) fn asked(app: &App, form: &Parameters, granted: Option<&[String]>) -> Option<Vec<Resource>> {
    let named: Vec<_> = form.all("resource").collect();
    let wanted = match granted {
        Some(granted) if named.is_empty() => granted.iter().map(String::as_str).collect(),
        _ => named,
    };
    let is_granted = |name: &str| granted.is_none_or(|granted| granted.iter().any(|known| known == name));
    wanted.into_iter().map(|name| app.clients.resource(name).filter(|_| is_granted(name))).collect()
}

//! Lists in pages: how they are filtered, sorted and gone on with.

use std::collections::BTreeMap;

use chrono::Duration;
use poem::{IntoResponse, Response, web::Json};
use serde::Serialize;
use serde_json::json;

use crate::{
    http::{Call, Code, Problem},
    store::page::{Order, Position, Window},
};

/// What a cursor is good for: longer than anybody looks through one list.
const LIFETIME: Duration = Duration::hours(24);

/// Rows of an answer, where nobody says how many.
pub const USUAL: u64 = 50;

/// The same of a page in the browser: what one looks through before searching, on a telephone, too.
const USUAL_OF_PAGES: u64 = 25;

/// Rows of a page at most.
pub const MOST: u64 = 200;

/// Another one for another shape of [`Position`] or another order: cursors of before are then no cursors.
const PURPOSE: &str = "cursor.2";

/// The query of a list, checked: no parameter is passed over.
pub struct Listing {
    parameters: BTreeMap<String, String>,
    binding: Vec<u8>,
    limit: u64,
    order: Order,
    after: Option<Position>,
}

impl Listing {
    /// Reads `limit`, `after`, `sort` and these filters; the first of `sorts` is the usual one, a leading `-` turns one round.
    ///
    /// # Errors
    /// `invalid_request` with what is wrong.
    pub fn read(call: &Call, sorts: &[(&str, Order)], filters: &[&str]) -> Result<Self, Problem> {
        Self::read_with(call, sorts, filters, USUAL)
    }

    /// The same for a page in the browser.
    ///
    /// # Errors
    /// `invalid_request` with what is wrong.
    pub fn read_for_page(call: &Call, sorts: &[(&str, Order)], filters: &[&str]) -> Result<Self, Problem> {
        Self::read_with(call, sorts, filters, USUAL_OF_PAGES)
    }

    fn read_with(call: &Call, sorts: &[(&str, Order)], filters: &[&str], usual: u64) -> Result<Self, Problem> {
        let refuse = |detail: String| Problem::detailed(Code::InvalidRequest, detail);
        let query = call.query().map_err(|error| refuse(error.description.to_string()))?;
        let mut parameters = BTreeMap::new();
        for (name, value) in query.iter() {
            let known = ["limit", "after", "sort"].contains(&name) || filters.contains(&name);
            if !known {
                return Err(refuse(format!("{name}: there is no such parameter")));
            }
            if parameters.insert(name.to_owned(), value.to_owned()).is_some() {
                return Err(refuse(format!("{name}: it is there twice")));
            }
        }
        let limit = match parameters.remove("limit") {
            None => usual,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MOST).contains(limit))
                .ok_or_else(|| refuse(format!("limit: from 1 to {MOST}")))?,
        };
        let cursor = parameters.remove("after");
        let order = order(sorts, parameters.get("sort").map(String::as_str))
            .ok_or_else(|| refuse(format!("sort: one of {}", names(sorts))))?;
        // A cursor belongs to its list, its filters and its order.
        let binding = format!("{}\n{}", call.uri.path(), json!(parameters)).into_bytes();
        let open = |text: String| call.app.data_keys.sealer.open(PURPOSE, &binding, call.now(), &text);
        let after = match cursor {
            Some(text) => Some(open(text).ok_or_else(|| refuse("after: no cursor of this list".to_owned()))?),
            None => None,
        };
        Ok(Self { parameters, binding, limit, order, after })
    }

    /// Reads a filter as something else from now on; cursors still belong to what was asked.
    pub fn take_as(&mut self, name: &str, value: String) {
        self.parameters.insert(name.to_owned(), value);
    }

    /// A filter, if it was given and is not empty.
    #[must_use]
    pub fn filter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A filter of a type of its own.
    ///
    /// # Errors
    /// `invalid_request`.
    pub fn parsed<T>(&self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        let refuse = || Problem::detailed(Code::InvalidRequest, format!("{name}: it has no such value"));
        self.filter(name).map(|text| parse(text).ok_or_else(refuse)).transpose()
    }

    /// A filter that is `true` or `false`.
    ///
    /// # Errors
    /// `invalid_request`.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        self.parsed(name, |text| text.parse().ok())
    }

    /// What the store reads: one row more than a page, so that its end is known.
    #[must_use]
    pub fn window(&self) -> Window {
        Window { order: self.order, after: self.after.clone(), limit: self.limit + 1 }
    }

    /// A page of what was read: the rows, and the cursor of the next page.
    ///
    /// # Errors
    /// When a cursor has no JSON form.
    pub fn page<T>(&self, call: &Call, mut rows: Vec<T>, at: impl Fn(&T) -> Position) -> Result<Page<T>, Problem> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| has_more).map(&at);
        let seal = |position: Position| {
            let app = &call.app;
            app.data_keys.sealer.seal(&*app.rng, PURPOSE, &self.binding, call.now() + LIFETIME, &position)
        };
        let next = last.map(seal).transpose().map_err(|_| Code::Internal)?;
        Ok(Page { items: rows, next })
    }
}

/// A page of a list.
#[serde_with::skip_serializing_none]
#[derive(Serialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the next page; none at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// The same, told as something else.
    pub fn map<U>(self, told: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(told).collect(), next: self.next }
    }
}

impl<T: Serialize> Page<T> {
    /// The answer.
    #[must_use]
    pub fn into_response(self) -> Response {
        Json(json!(self)).into_response()
    }
}

fn order(sorts: &[(&str, Order)], asked: Option<&str>) -> Option<Order> {
    let Some(asked) = asked else { return sorts.first().map(|(_, order)| *order) };
    let (name, turned) = asked.strip_prefix('-').map_or((asked, false), |name| (name, true));
    let (_, order) = sorts.iter().find(|(known, _)| *known == name)?;
    Some(Order { descending: order.descending != turned, ..*order })
}

fn names(sorts: &[(&str, Order)]) -> String {
    sorts.iter().map(|(name, _)| format!("{name}, -{name}")).collect::<Vec<_>>().join(", ")
}

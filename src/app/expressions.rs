//! Expressions of claims, read once and kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::protocol::claim_rule::Expression;

/// Most that are kept.
const CAPACITY: usize = 1000;

/// By their text, so that none is ever stale; `None` for what cannot be read, as of a newer version.
#[derive(Debug, Default)]
pub struct Expressions(Mutex<HashMap<String, Option<Arc<Expression>>>>);

impl Expressions {
    /// The expression of that text.
    pub fn find(&self, source: &str) -> Option<Arc<Expression>> {
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().get(source) {
            return known.clone();
        }
        // Nobody waits while it is read.
        let new = Expression::compile(source).ok().map(Arc::new);
        let mut kept = kept();
        if kept.len() >= CAPACITY
            && let Some(any) = kept.keys().next().cloned()
        {
            kept.remove(&any);
        }
        kept.insert(source.to_owned(), new.clone());
        new
    }
}

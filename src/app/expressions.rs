//! Expressions of claims, read once and kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::protocol::claim_rule::Expression;

/// Most that are kept; beyond that all are read anew.
const CAPACITY: usize = 1000;

/// By their text, so that none is ever stale.
#[derive(Debug, Default)]
pub struct Expressions(Mutex<HashMap<String, Arc<Expression>>>);

impl Expressions {
    /// The expression of that text; `None` for what cannot be read, as of a newer version.
    pub fn find(&self, source: &str) -> Option<Arc<Expression>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(source) {
            return Some(known.clone());
        }
        let new = Arc::new(Expression::compile(source).ok()?);
        if kept.len() >= CAPACITY {
            kept.clear();
        }
        kept.insert(source.to_owned(), new.clone());
        Some(new)
    }
}

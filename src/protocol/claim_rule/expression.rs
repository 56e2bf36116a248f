//! Small expressions in the Common Expression Language, bounded before they run: they are an administrator's, but run in
//! everybody's sign-in.

use std::panic::{AssertUnwindSafe, catch_unwind};

use cel::{
    Context, Program,
    common::ast::{EntryExpr, Expr, IdedExpr},
};
use serde_json::Value;

use super::Facts;

/// Longest expression.
const MAX_LENGTH: usize = 500;
/// Deepest nesting of brackets and choices: parser and interpreter call themselves.
const MAX_DEPTH: usize = 20;

/// Most steps within one another, as `a + b + c` has two.
const MAX_STEPS: usize = 50;

/// Why an expression is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidExpression {
    /// Longer than is read.
    #[error("an expression has at most {MAX_LENGTH} characters")]
    TooLong,
    /// Brackets within brackets.
    #[error("an expression nests at most {MAX_DEPTH} deep")]
    TooDeep,
    /// A loop within a loop, which could take any time.
    #[error("an expression has no all, exists, map or filter within another")]
    NestedLoop,
    /// Not the language.
    #[error("the expression cannot be read: {0}")]
    Syntax(String),
    /// A name that stands for nothing.
    #[error("the expression knows user, groups, roles, scopes and client_id, not {0}")]
    UnknownName(String),
}

/// What an expression may name.
const NAMES: [&str; 5] = ["user", "groups", "roles", "scopes", "client_id"];

/// An expression that was read.
#[derive(Debug)]
pub struct Expression(Program);

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What to mend.
    pub fn compile(source: &str) -> Result<Self, InvalidExpression> {
        if source.len() > MAX_LENGTH {
            return Err(InvalidExpression::TooLong);
        }
        if depth(source) > MAX_DEPTH {
            return Err(InvalidExpression::TooDeep);
        }
        // The parser is another's; whatever it makes of strange text must not end a request.
        let parsed = catch_unwind(|| Program::compile(source));
        let broken = || InvalidExpression::Syntax("the parser gave up".to_owned());
        let program = parsed.map_err(|_| broken())?.map_err(|error| InvalidExpression::Syntax(first_line(&error)))?;
        let expression = &program.expression().expr;
        if is_deeper(expression, MAX_STEPS) {
            return Err(InvalidExpression::TooDeep);
        }
        if has_nested_loop(expression, false) {
            return Err(InvalidExpression::NestedLoop);
        }
        let mut named = Vec::new();
        free_names(expression, &mut Vec::new(), &mut named);
        match named.into_iter().find(|name| !NAMES.contains(&name.as_str())) {
            Some(name) => Err(InvalidExpression::UnknownName(name)),
            None => Ok(Self(program)),
        }
    }

    /// What it comes to for somebody; words for what went wrong.
    ///
    /// # Errors
    /// Words for an administrator.
    pub fn evaluate(&self, facts: &Facts<'_>) -> Result<Value, String> {
        let run = || {
            let mut context = Context::default();
            let told = |error: &dyn std::fmt::Display| error.to_string();
            context.add_variable("user", facts.released).map_err(|error| told(&error))?;
            context.add_variable("groups", facts.groups).map_err(|error| told(&error))?;
            context.add_variable("roles", &facts.roles).map_err(|error| told(&error))?;
            let scopes: Vec<_> = facts.granted.iter().collect();
            context.add_variable("scopes", scopes).map_err(|error| told(&error))?;
            context.add_variable("client_id", facts.client_id).map_err(|error| told(&error))?;
            let value = self.0.execute(&context).map_err(|error| told(&error))?;
            value.json().map_err(|error| told(&error))
        };
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("the interpreter gave up".to_owned()))
    }
}

fn first_line(error: &impl std::fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// How deep brackets and choices nest, at most.
fn depth(source: &str) -> usize {
    let (mut open, mut deepest, mut choices) = (0_usize, 0, 0);
    for c in source.chars() {
        match c {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open = open.saturating_sub(1),
            '?' => choices += 1,
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest + choices
}

/// The parts of an expression, those of a loop's body told apart.
fn parts(expression: &Expr) -> (Vec<&IdedExpr>, Vec<&IdedExpr>) {
    match expression {
        Expr::Call(call) => (call.args.iter().chain(call.target.as_deref()).collect(), Vec::new()),
        Expr::Comprehension(of) => {
            (vec![&of.iter_range, &of.accu_init], vec![&of.loop_cond, &of.loop_step, &of.result])
        }
        Expr::List(list) => (list.elements.iter().collect(), Vec::new()),
        Expr::Map(map) => (map.entries.iter().flat_map(|entry| of_entry(&entry.expr)).collect(), Vec::new()),
        Expr::Struct(of) => (of.entries.iter().flat_map(|entry| of_entry(&entry.expr)).collect(), Vec::new()),
        Expr::Select(select) => (vec![&select.operand], Vec::new()),
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => (Vec::new(), Vec::new()),
    }
}

fn of_entry(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
    }
}

fn is_deeper(expression: &Expr, steps: usize) -> bool {
    let Some(fewer) = steps.checked_sub(1) else { return true };
    let (outside, inside) = parts(expression);
    outside.into_iter().chain(inside).any(|part| is_deeper(&part.expr, fewer))
}

fn has_nested_loop(expression: &Expr, in_loop: bool) -> bool {
    let is_loop = matches!(expression, Expr::Comprehension(_));
    let (outside, inside) = parts(expression);
    (is_loop && in_loop)
        || outside.into_iter().any(|part| has_nested_loop(&part.expr, in_loop))
        || inside.into_iter().any(|part| has_nested_loop(&part.expr, true))
}

/// Names that no loop around them makes.
fn free_names<'a>(expression: &'a Expr, bound: &mut Vec<&'a str>, named: &mut Vec<String>) {
    if let Expr::Ident(name) = expression
        && !bound.contains(&name.as_str())
    {
        named.push(name.clone());
    }
    let (outside, inside) = parts(expression);
    for part in outside {
        free_names(&part.expr, bound, named);
    }
    if let Expr::Comprehension(of) = expression {
        let before = bound.len();
        bound.extend([of.iter_var.as_str(), of.accu_var.as_str()]);
        bound.extend(of.iter_var2.as_deref());
        for part in inside {
            free_names(&part.expr, bound, named);
        }
        bound.truncate(before);
    }
}

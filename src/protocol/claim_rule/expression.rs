//! Small expressions in the Common Expression Language, bounded before they run: they are an administrator's, but run in
//! everybody's sign-in.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use cel::{
    Context, Program,
    common::ast::{EntryExpr, Expr, IdedExpr},
};
use serde_json::Value;

use super::Facts;

/// Longest expression.
const MAX_LENGTH: usize = 500;
/// Most brackets and choices: parser and interpreter call themselves for each that is within another.
const MAX_BRACKETS: usize = 40;
/// Most steps within one another, as `a + b + c` has two.
const MAX_STEPS: usize = 50;
/// Most loops, one behind the other: each may make what it goes through longer.
const MAX_LOOPS: usize = 2;
/// Most additions within loops, beside the one that each makes of its results.
const MAX_ADDITIONS: usize = 4;
/// Most members of lists and maps within loops, beside the one that each makes of its results.
const MAX_MEMBERS: usize = 8;
/// Of whoever parses: an unoptimised parser takes a tenth of a megabyte for each bracket.
const STACK: usize = 64 * 1024 * 1024;
/// Longest value that comes of one, as JSON.
const MAX_RESULT: usize = 16 * 1024;

/// Why an expression is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidExpression {
    /// Longer than is read.
    #[error("an expression has at most {MAX_LENGTH} characters")]
    TooLong,
    /// Brackets within brackets.
    #[error("an expression has at most {MAX_BRACKETS} brackets and choices, and {MAX_STEPS} steps within one another")]
    TooDeep,
    /// Loops that could take any time, or all memory.
    #[error(
        "an expression has at most {MAX_LOOPS} of all, exists, map and filter, none within another; within them no groups, roles or \
         scopes, and at most {MAX_ADDITIONS} additions and {MAX_MEMBERS} members of lists"
    )]
    TooMuch,
    /// Not the language.
    #[error("the expression cannot be read: {0}")]
    Syntax(String),
    /// A name that stands for nothing.
    #[error("the expression knows user, groups, roles, scopes and client_id, not {0}")]
    UnknownName(String),
}

/// What an expression may name.
const NAMES: [&str; 5] = ["user", "groups", "roles", "scopes", "client_id"];

/// Those of them that are lists.
const LISTS: [&str; 3] = ["groups", "roles", "scopes"];

/// An expression that was read.
#[derive(Debug)]
pub struct Expression {
    program: Program,
    /// Whether the groups of a person must be known for it.
    pub names_groups: bool,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What to mend.
    pub fn compile(source: &str) -> Result<Self, InvalidExpression> {
        if source.len() > MAX_LENGTH {
            return Err(InvalidExpression::TooLong);
        }
        if source.chars().filter(|c| "([{?".contains(*c)).count() > MAX_BRACKETS {
            return Err(InvalidExpression::TooDeep);
        }
        let program = parse(source)?;
        let expression = &program.expression().expr;
        if is_deeper(expression, MAX_STEPS) {
            return Err(InvalidExpression::TooDeep);
        }
        let mut cost = Cost::default();
        cost.add(expression, false);
        if !cost.is_fair() {
            return Err(InvalidExpression::TooMuch);
        }
        let mut named = Vec::new();
        free_names(expression, &mut Vec::new(), &mut named);
        let names_groups = named.iter().any(|name| name == "groups");
        match named.into_iter().find(|name| !NAMES.contains(&name.as_str())) {
            Some(name) => Err(InvalidExpression::UnknownName(name)),
            None => Ok(Self { program, names_groups }),
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
            let value = self.program.execute(&context).map_err(|error| told(&error))?;
            let value = value.json().map_err(|error| told(&error))?;
            match value.to_string().len() > MAX_RESULT {
                true => Err(format!("the value is longer than {MAX_RESULT} bytes")),
                false => Ok(value),
            }
        };
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("the interpreter gave up".to_owned()))
    }
}

/// The parser is another's: whatever it makes of strange text must not end a request, and it takes more stack for each bracket than a
/// worker has for forty.
fn parse(source: &str) -> Result<Program, InvalidExpression> {
    let broken = || InvalidExpression::Syntax("the parser gave up".to_owned());
    let owned = source.to_owned();
    let parser = thread::Builder::new().stack_size(STACK).spawn(move || Program::compile(&owned));
    let parsed = parser.map_err(|_| broken())?.join().map_err(|_| broken())?;
    parsed.map_err(|error| InvalidExpression::Syntax(first_line(&error)))
}

fn first_line(error: &impl std::fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
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

/// What an expression may come to cost, whatever it is about.
#[derive(Default)]
struct Cost {
    loops: usize,
    /// Within loops.
    additions: usize,
    /// Of lists and maps, within loops.
    members: usize,
    /// A loop within a loop, or a list of unknown length within one.
    is_boundless: bool,
}

impl Cost {
    fn add(&mut self, expression: &Expr, in_loop: bool) {
        match expression {
            Expr::Comprehension(_) => {
                self.loops += 1;
                self.is_boundless |= in_loop;
            }
            Expr::Call(call) if in_loop && call.func_name == "_+_" => self.additions += 1,
            Expr::List(list) if in_loop => self.members += list.elements.len(),
            Expr::Map(map) if in_loop => self.members += map.entries.len(),
            Expr::Ident(name) if in_loop && LISTS.contains(&name.as_str()) => self.is_boundless = true,
            _ => {}
        }
        let (outside, inside) = parts(expression);
        for part in outside {
            self.add(&part.expr, in_loop);
        }
        for part in inside {
            self.add(&part.expr, true);
        }
    }

    fn is_fair(&self) -> bool {
        let is_within = |count: usize, most: usize| count <= most + self.loops;
        let is_short = is_within(self.additions, MAX_ADDITIONS) && is_within(self.members, MAX_MEMBERS);
        !self.is_boundless && self.loops <= MAX_LOOPS && is_short
    }
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

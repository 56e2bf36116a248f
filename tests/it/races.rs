//! Single use under fire: 32 at once over two instances, exactly one wins.

mod administration;
mod authorization;
mod clients;
mod sign_in;
mod tokens;

use std::future::Future;

use poem::http::StatusCode;

use crate::harness::Answer;

const PARALLEL: usize = 32;

/// Runs all at once and counts the answers with status 200.
async fn winners<F>(attempts: Vec<F>) -> (usize, Vec<Answer>)
where
    F: Future<Output = Answer> + Send + 'static,
{
    let tasks: Vec<_> = attempts.into_iter().map(tokio::spawn).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    (answers.iter().filter(|answer| answer.status == StatusCode::OK).count(), answers)
}

//! Whether the time of an answer tells how much of a client secret was right.

use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::STANDARD};
use claviger::crypto::token::TokenKind;

use crate::{
    load::{Connection, mann_whitney},
    process::Server,
};

const SAMPLES: usize = 2000;

/// Beyond this score a difference would be seen by chance once in a hundred runs.
pub const LIMIT: f64 = 2.576;

/// The score of secrets that are wrong in their first character against such that are wrong in their last.
pub fn client_secret(server: &Server, client_id: &str, secret: &str) -> f64 {
    let wrong = [TokenKind::ClientSecret.prefix().len(), secret.len() - 1].map(|at| {
        let mut bytes = secret.as_bytes().to_vec();
        // The last character has four bits; these two are whole ones.
        bytes[at] = if bytes[at] == b'A' { b'E' } else { b'A' };
        request(client_id, &String::from_utf8(bytes).unwrap())
    });
    let mut connection = Connection::open(&server.address);
    let mut took: [Vec<Duration>; 2] = Default::default();
    for turn in 0..2 * SAMPLES + 200 {
        // First, last, last, first: what drifts, drifts for both.
        let which = usize::from(matches!(turn % 4, 1 | 2));
        let begin = Instant::now();
        let answer = connection.ask(&wrong[which]);
        let span = begin.elapsed();
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
        if turn >= 200 {
            took[which].push(span);
        }
    }
    mann_whitney(&took[0], &took[1])
}

fn request(client_id: &str, secret: &str) -> String {
    let (basic, form) = (STANDARD.encode(format!("{client_id}:{secret}")), "grant_type=client_credentials");
    format!(
        "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
}

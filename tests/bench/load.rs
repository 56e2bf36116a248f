//! The load: a thread for each connection, keep-alive, one request after the other.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

/// One keep-alive connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::new() }
    }

    /// Sends a request and reads the whole answer.
    pub fn ask(&mut self, request: &str) -> String {
        self.stream.write_all(request.as_bytes()).unwrap();
        self.buffer.clear();
        let mut chunk = [0; 16 * 1024];
        loop {
            let count = self.stream.read(&mut chunk).unwrap();
            assert!(count > 0, "the server hung up");
            self.buffer.extend(&chunk[..count]);
            let Some(head) = self.buffer.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
            let text = String::from_utf8_lossy(&self.buffer[..head]).to_lowercase();
            let length = text
                .split("content-length: ")
                .nth(1)
                .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse::<usize>().unwrap());
            if self.buffer.len() >= head + 4 + length {
                return String::from_utf8_lossy(&self.buffer).into_owned();
            }
        }
    }
}

/// A header's value.
pub fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let line = answer.lines().find(|line| line.to_lowercase().starts_with(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name}: {answer}")).split_once(": ").unwrap().1
}

/// Runs `work` on every connection for about `span`; how often it was done.
pub fn closed_loop<S: Send>(states: &mut [S], span: Duration, work: impl Fn(&mut S) + Sync) -> u64 {
    let end = Instant::now() + span;
    std::thread::scope(|scope| {
        let workers: Vec<_> = states
            .iter_mut()
            .map(|state| {
                scope.spawn(|| {
                    let mut done = 0;
                    while Instant::now() < end {
                        work(state);
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    })
}

/// Whether two samples could be of one distribution: the standard score of Mann and Whitney's U.
pub fn mann_whitney(one: &[Duration], other: &[Duration]) -> f64 {
    let mut all: Vec<_> = one.iter().map(|span| (span, true)).chain(other.iter().map(|span| (span, false))).collect();
    all.sort();
    let ranks: usize = (1..).zip(&all).filter(|(_, (_, is_one))| *is_one).map(|(rank, _)| rank).sum();
    let [ranks, n, m] = [ranks, one.len(), other.len()].map(|count| f64::from(u32::try_from(count).unwrap()));
    let expected = n * (n + m + 1.0) / 2.0;
    (ranks - expected) / (expected * m / 6.0).sqrt()
}

/// Runs `work` so many times a second, whatever the server does; how long each took, sorted. A turn that begins late
/// counts from when it should have begun.
pub fn open_loop<S: Send>(states: &mut [S], rate: u32, span: Duration, work: impl Fn(&mut S) + Sync) -> Vec<Duration> {
    let (start, every) = (Instant::now(), Duration::from_secs(1) / rate);
    let workers = u32::try_from(states.len()).unwrap();
    let mut all: Vec<_> = std::thread::scope(|scope| {
        let tasks: Vec<_> = states
            .iter_mut()
            .zip(0u32..)
            .map(|(state, worker)| {
                let work = &work;
                scope.spawn(move || {
                    let mut took = Vec::new();
                    let mut turn = start + every * worker;
                    while turn < start + span {
                        std::thread::sleep(turn.saturating_duration_since(Instant::now()));
                        work(state);
                        took.push(turn.elapsed());
                        turn += every * workers;
                    }
                    took
                })
            })
            .collect();
        tasks.into_iter().flat_map(|task| task.join().unwrap()).collect()
    });
    all.sort_unstable();
    all
}

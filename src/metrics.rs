//! What operators measure, in Prometheus' text format. The registry is a value: no globals.

mod labels;
mod render;

use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

pub use labels::{Event, Job, Limit, Request, Ring, Route};
pub use render::{Pool, Reading};

/// Upper bounds in seconds.
const LATENCY: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// Counters and gauges of one server.
pub struct Metrics {
    registry: Registry,
    /// Answers by route, method and status.
    pub requests: Family<Request, Counter>,
    /// From the head of a request to its answer.
    pub latency: Family<Route, Histogram, fn() -> Histogram>,
    /// What was audited, by event and outcome: ceremonies, tokens, sessions.
    pub events: Family<Event, Counter>,
    /// Requests that came too often.
    pub limited: Family<Limit, Counter>,
    /// Runs of jobs by outcome.
    pub jobs: Family<Job, Counter>,
    /// Open connections.
    pub connections: Gauge,
    key_age: Family<Ring, Gauge>,
    pool: Family<Pool, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("claviger");
        let metrics = Self {
            requests: Family::default(),
            latency: Family::new_with_constructor(|| Histogram::new(LATENCY)),
            events: Family::default(),
            limited: Family::default(),
            jobs: Family::default(),
            connections: Gauge::default(),
            key_age: Family::default(),
            pool: Family::default(),
            registry: Registry::default(),
        };
        registry.register("http_requests", "Answers", metrics.requests.clone());
        let latency = metrics.latency.clone();
        registry.register_with_unit("http_request_duration", "From head to answer", Unit::Seconds, latency);
        registry.register("audit_events", "What was audited", metrics.events.clone());
        registry.register("rate_limited", "Requests that came too often", metrics.limited.clone());
        registry.register("job_runs", "Runs of jobs", metrics.jobs.clone());
        registry.register("connections", "Open connections", metrics.connections.clone());
        registry.register_with_unit("signing_key_age", "Since the key signs", Unit::Seconds, metrics.key_age.clone());
        registry.register("database_connections", "Connections of the pools", metrics.pool.clone());
        Self { registry, ..metrics }
    }
}

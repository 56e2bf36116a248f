//! `[server]`

use std::path::PathBuf;

use ipnet::IpNet;

use super::{duration::Lifetime, problem::Problem, section::section};

section! {
    /// Address, issuer, data directory, limits of connections.
    Server in "server" {
        /// Address and port to listen on; port 0 takes any.
        listen: String = "127.0.0.1:8080".to_owned(),
        /// The issuer: how people and apps reach the server from outside. Changing it breaks every app.
        public_url: String = "http://localhost:8080".to_owned(),
        /// Where the SQLite database and its key file live.
        data_dir: PathBuf = PathBuf::from("data"),
        /// Networks of reverse proxies whose `X-Forwarded-For` is believed.
        trusted_proxies: Vec<String> = Vec::new(),
        /// Address and port of the metrics, in Prometheus' text format. Never expose it to the internet.
        metrics_listen: Option<String> = None,
        /// Certificate chain in PEM, to serve TLS without a proxy. Needs `server.tls_key`.
        tls_certificate: Option<PathBuf> = None,
        /// Private key of the certificate in PEM.
        tls_key: Option<PathBuf> = None,
        /// Most connections at a time.
        max_connections: u32 = 4096,
        /// Most connections at a time from one IPv4 address or one IPv6 /64; trusted proxies are exempt.
        max_connections_per_address: u32 = 256,
        /// How long a TLS handshake and a whole request head may take.
        head_timeout: Lifetime = Lifetime::seconds(10),
        /// How long a connection may rest between two requests. Longer than a proxy's own is best.
        idle_timeout: Lifetime = Lifetime::seconds(75),
        /// How long a request's body may take to come.
        body_timeout: Lifetime = Lifetime::seconds(10),
        /// How long a whole request may take.
        request_timeout: Lifetime = Lifetime::seconds(30),
    }
}

impl Server {
    pub(super) fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let addresses =
            [("server.listen", Some(&self.listen)), ("server.metrics_listen", self.metrics_listen.as_ref())];
        for (key, address) in addresses {
            if let Some(address) = address.filter(|address| !is_address(address)) {
                problems.push(Problem::new(key, format!("{address} is no address such as 127.0.0.1:8080")));
            }
        }
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            problems.push(Problem::new("server.tls_key", "certificate and key come together or not at all"));
        }
        for (key, count) in [
            ("server.max_connections", self.max_connections),
            ("server.max_connections_per_address", self.max_connections_per_address),
        ] {
            if count == 0 {
                problems.push(Problem::new(key, "at least 1, or nobody can connect"));
            }
        }
        problems
    }

    pub(super) fn trusted_proxies(&self) -> Result<Vec<IpNet>, Problem> {
        let parse = |text: &String| {
            let net = text.parse().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
            net.map_err(|_| Problem::new("server.trusted_proxies", format!("{text} is no network such as 10.0.0.0/8")))
        };
        self.trusted_proxies.iter().map(parse).collect()
    }
}

/// `host:port`; names are resolved when the address is taken.
fn is_address(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

//! `[server]`

use std::path::PathBuf;

use ipnet::IpNet;
use serde::Deserialize;

use super::problem::Problem;

/// Address, issuer, data directory.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on; port 0 takes any.
    pub listen: String,
    /// The issuer: how people and apps reach the server from outside.
    pub public_url: String,
    /// Where the SQLite database and its key file live.
    pub data_dir: PathBuf,
    /// Networks of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            public_url: "http://localhost:8080".to_owned(),
            data_dir: PathBuf::from("data"),
            trusted_proxies: Vec::new(),
        }
    }
}

impl Server {
    /// `host:port`; names are resolved when the address is taken.
    pub(super) fn check_listen(&self) -> Result<(), Problem> {
        let parts = self.listen.rsplit_once(':').filter(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
        let refuse = || Problem::new("server.listen", format!("{} is no address such as 127.0.0.1:8080", self.listen));
        parts.map(|_| ()).ok_or_else(refuse)
    }

    pub(super) fn trusted_proxies(&self) -> Result<Vec<IpNet>, Problem> {
        let parse = |text: &String| {
            let net = text.parse().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
            net.map_err(|_| Problem::new("server.trusted_proxies", format!("{text} is no network such as 10.0.0.0/8")))
        };
        self.trusted_proxies.iter().map(parse).collect()
    }
}

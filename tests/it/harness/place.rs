//! The real binary in a place of its own: data directory, database, environment.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{ENCRYPTION_KEY, database};

/// A place of its own: data directory, database, environment.
pub struct Place {
    directory: TempDir,
    pub environment: Vec<(String, String)>,
}

impl Place {
    pub async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        let mut environment = vec![
            ("CLAVIGER_SERVER__DATA_DIR".to_owned(), data.display().to_string()),
            // Never the default port: another test may have it.
            ("CLAVIGER_SERVER__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ];
        if database::postgres().is_some() {
            environment.push(("CLAVIGER_DATABASE__URL".to_owned(), database::Copy::empty().await.url));
            environment.push(("CLAVIGER_SECURITY__ENCRYPTION_KEYS".to_owned(), ENCRYPTION_KEY.to_owned()));
        }
        Self { directory, environment }
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub fn data(&self) -> &Path {
        self.directory.path()
    }

    pub fn database_url(&self) -> String {
        let set = self.environment.iter().find(|(name, _)| name == "CLAVIGER_DATABASE__URL");
        let file = || format!("sqlite://{}", self.data().join("data/claviger.db").display());
        set.map_or_else(file, |(_, url)| url.clone())
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_claviger"));
        command.args(arguments).current_dir(self.directory.path());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs with `--json`, which must succeed.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs with `--json`, which must fail: exit code, `code` and `detail`.
    pub fn failure(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.run(&[arguments, &["--json"]].concat());
        let stderr = text(&output.stderr);
        let line = stderr.lines().find(|line| line.starts_with('{')).unwrap_or_else(|| panic!("{stderr}"));
        let error: Value = serde_json::from_str(line).unwrap();
        let part = |name: &str| error[name].as_str().unwrap().to_owned();
        (output.status.code().unwrap(), part("code"), part("detail"))
    }

    pub fn serve(&self) -> Serving {
        Serving::start(self.command(&["serve"]))
    }

    /// Nobody reads what it says on stdout.
    pub fn serve_and_leave(&self) -> Serving {
        let mut command = self.command(&["serve"]);
        command.env("CLAVIGER_SERVER__LISTEN", "127.0.0.1:0").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let listening = log.find(|line| line.contains("listening")).unwrap();
        let address = listening.split("address=").nth(1).unwrap().to_owned();
        // The second line is the first administrator's link, and what is said to nobody is logged.
        let unheard = log.by_ref().filter(|line| line.contains("nobody reads")).take(2).count();
        assert_eq!(unheard, 2);
        std::thread::spawn(move || log.for_each(drop));
        let lines = Box::new(std::iter::empty());
        Serving { child, ready: String::new(), address, metrics_address: None, log: Arc::default(), lines }
    }

    /// With so many file descriptors and no more.
    pub fn serve_with_descriptors(&self, count: u32) -> Serving {
        let mut command = Command::new("bash");
        let line = format!("ulimit -n {count} && exec {} serve", env!("CARGO_BIN_EXE_claviger"));
        command.args(["-c", &line]).current_dir(self.directory.path());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        Serving::start(command)
    }
}

/// A running server, killed when dropped.
pub struct Serving {
    pub child: Child,
    pub ready: String,
    /// Where it listens.
    pub address: String,
    /// Where it serves metrics.
    pub metrics_address: Option<String>,
    /// What it wrote to stderr since it listens.
    pub log: Arc<Mutex<Vec<String>>>,
    pub lines: Box<dyn Iterator<Item = String> + Send>,
}

impl Serving {
    pub fn start(mut command: Command) -> Self {
        command.env("CLAVIGER_SERVER__LISTEN", "127.0.0.1:0");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let ready = lines.next().unwrap_or_else(|| panic!("{:?}", log.by_ref().collect::<Vec<_>>())).unwrap();
        let of = |line: &str, name: &str| {
            line.split(name).nth(1).map(|rest| rest.split(' ').next().unwrap().trim_end_matches('\"').to_owned())
        };
        let listening = log.find(|line| line.contains("listening")).expect("it never listened");
        let address = of(&listening, "address=").unwrap();
        let wants_metrics = command.get_envs().any(|(name, _)| name == "CLAVIGER_SERVER__METRICS_LISTEN");
        let metrics = wants_metrics.then(|| log.find(|line| line.contains("metrics are served")).unwrap());
        let metrics_address = metrics.and_then(|line| of(&line, "metrics="));
        // A full pipe would stop the server.
        let kept: Arc<Mutex<Vec<String>>> = Arc::default();
        let keep = kept.clone();
        std::thread::spawn(move || log.for_each(|line| keep.lock().unwrap().push(line)));
        Self { child, ready, address, metrics_address, log: kept, lines: Box::new(lines.map_while(Result::ok)) }
    }
}

impl Serving {
    /// The whole answer to a GET, head and body.
    pub fn get(&self, path: &str) -> String {
        get(&self.address, path)
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// Waits for its end, which must come.
    pub fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + Duration::from_secs(40);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "the server never ended");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks again and again until the answer is as expected.
    pub fn until(&self, path: &str, expected: impl Fn(&str) -> bool) {
        until(&self.address, path, expected);
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The whole answer to a GET; empty when the connection is refused or cut.
pub fn get(address: &str, path: &str) -> String {
    let Ok(mut stream) = TcpStream::connect(address) else { return String::new() };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let _ = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut answer));
    text(&answer)
}

/// Asks again and again until the answer is as expected; the deadline is far beyond what is promised.
pub fn until(address: &str, path: &str, expected: impl Fn(&str) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut last = get(address, path);
    while !expected(&last) {
        assert!(Instant::now() < deadline, "{path} never came to be what was expected: {last}");
        last = get(address, path);
    }
}

//! The server as a process: started on one processor, its time and memory read from outside.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::harness::ENCRYPTION_KEY;

/// Which database the server stands on.
pub enum Database {
    Sqlite,
    /// URL of a server where a database can be made.
    Postgres(String),
}

/// Clock ticks of /proc in a second.
const TICKS: f64 = 100.0;

pub struct Server {
    pub child: Child,
    pub address: String,
    pub directory: TempDir,
    pub binary: String,
    pub database_url: String,
    environment: Vec<(String, String)>,
    /// From the process's start to `ready`, on an empty store.
    pub first_start: Duration,
}

impl Server {
    pub fn start(binary: &str, database: &Database) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut environment = vec![
            ("CLAVIGER_SERVER__DATA_DIR".to_owned(), directory.path().display().to_string()),
            ("CLAVIGER_SERVER__LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
            ("CLAVIGER_REGISTRATION__SIGN_UP".to_owned(), "open".to_owned()),
            ("CLAVIGER_RATE_LIMIT__ENABLED".to_owned(), "false".to_owned()),
        ];
        let mut database_url = format!("sqlite://{}", directory.path().join("claviger.db").display());
        if let Database::Postgres(url) = database {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let copy = runtime.block_on(crate::harness::database::Copy::empty());
            assert!(copy.url.starts_with("postgres"), "{url}");
            database_url.clone_from(&copy.url);
            environment.push(("CLAVIGER_DATABASE__URL".to_owned(), copy.url));
            environment.push(("CLAVIGER_SECURITY__ENCRYPTION_KEYS".to_owned(), ENCRYPTION_KEY.to_owned()));
        }
        let (child, address, first_start) = spawn(binary, &environment);
        Self { child, address, directory, binary: binary.to_owned(), database_url, environment, first_start }
    }

    /// Stops it and starts it again on what is there; how long until `ready`.
    pub fn restart(&mut self) -> Duration {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let (child, address, took) = spawn(&self.binary, &self.environment);
        (self.child, self.address) = (child, address);
        took
    }

    /// A command of the same binary on the same store, answered in JSON.
    pub fn command(&self, arguments: &[&str]) -> serde_json::Value {
        let mut command = Command::new(&self.binary);
        let output = command.args(arguments).arg("--json").envs(self.environment.iter().cloned()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Processor time so far, in seconds: of the server, and of PostgreSQL.
    pub fn time(&self) -> (f64, f64) {
        (process_time(self.child.id()), postgres_time())
    }

    /// Resident memory in MB.
    pub fn memory(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(binary: &str, environment: &[(String, String)]) -> (Child, String, Duration) {
    let begun = Instant::now();
    let mut command = pinned(binary);
    command.arg("serve").envs(environment.iter().cloned()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert!(said.next().unwrap().starts_with("ready"));
    let took = begun.elapsed();
    std::thread::spawn(move || said.for_each(drop));
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let listening = log.find(|line| line.contains("listening")).unwrap();
    let address = listening.split("address=").nth(1).unwrap().to_owned();
    std::thread::spawn(move || log.for_each(drop));
    (child, address, took)
}

/// On the first processor alone; the load takes what is left.
pub fn pinned(binary: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", "0", binary]);
    command
}

/// User and system time of a process with its threads.
pub fn process_time(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in parentheses may have spaces: what counts comes after it.
    let fields: Vec<_> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / TICKS
}

fn postgres_time() -> f64 {
    let is_postgres =
        |pid: u32| fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "postgres");
    let entries = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    entries.filter(|pid| is_postgres(*pid)).map(process_time).sum()
}

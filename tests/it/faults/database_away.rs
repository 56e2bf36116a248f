//! PostgreSQL is not there at start, goes away, comes back: the server waits, says so, and needs no restart.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::Stdio,
};

use tempfile::TempDir;
use tokio::{
    net::{UnixListener, UnixStream},
    task::JoinHandle,
};

use crate::harness::{
    database,
    place::{Place, get, until},
};

/// A door to the database that can be shut: a socket of ours before PostgreSQL's.
struct Door {
    directory: TempDir,
    behind: PathBuf,
    open: Option<JoinHandle<()>>,
}

impl Door {
    fn new(behind: PathBuf) -> Self {
        Self { directory: tempfile::tempdir().unwrap(), behind, open: None }
    }

    fn open(&mut self) {
        let socket = self.directory.path().join(".s.PGSQL.5432");
        let _ = std::fs::remove_file(&socket);
        let (listener, behind) = (UnixListener::bind(socket).unwrap(), self.behind.clone());
        self.open = Some(tokio::spawn(async move {
            let mut passing = tokio::task::JoinSet::new();
            while let Ok((mut ours, _)) = listener.accept().await {
                let behind = behind.clone();
                passing.spawn(async move {
                    let mut theirs = UnixStream::connect(behind).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut ours, &mut theirs).await;
                });
            }
        }));
    }

    /// Cuts everybody who is inside, and lets nobody in.
    async fn shut(&mut self) {
        let open = self.open.take().unwrap();
        open.abort();
        let _ = open.await;
        let _ = std::fs::remove_file(self.directory.path().join(".s.PGSQL.5432"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_server_waits_for_its_database_and_says_so() {
    let Some(server) = database::postgres() else { return };
    let directory = server.split("host=").nth(1).unwrap().to_owned();
    let mut door = Door::new(PathBuf::from(directory.clone()).join(".s.PGSQL.5432"));
    let mut place = Place::new().await;
    let url = place.database_url().replace(&directory, &door.directory.path().display().to_string());
    place.set("CLAVIGER_DATABASE__URL", &url);
    let required = place.command(&["serve", "--require-db"]).output().unwrap();
    assert_eq!(required.status.code(), Some(69));

    let mut command = place.command(&["serve"]);
    command.env("CLAVIGER_SERVER__LISTEN", "127.0.0.1:0").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let listening = log.find(|line| line.contains("listening")).unwrap();
    let address = listening.split("address=").nth(1).unwrap().to_owned();
    log.find(|line| line.contains("the database is not there yet")).unwrap();
    std::thread::spawn(move || log.for_each(drop));
    until(&address, "/livez", |answer| answer.starts_with("HTTP/1.1 200"));
    assert!(get(&address, "/readyz").starts_with("HTTP/1.1 503"));
    assert!(get(&address, "/.well-known/openid-configuration").contains("\"issuer\":\"http://localhost:8080\""));
    let token = get(&address, "/oauth2/token");
    assert!(token.starts_with("HTTP/1.1 503") && token.contains("retry-after: 2"), "{token}");

    door.open();
    until(&address, "/readyz", |answer| answer.starts_with("HTTP/1.1 200"));
    door.shut().await;
    until(&address, "/readyz", |answer| answer.starts_with("HTTP/1.1 503"));
    assert!(get(&address, "/oauth2/jwks").starts_with("HTTP/1.1 200"), "from memory");
    assert!(get(&address, "/account").starts_with("HTTP/1.1 303"), "nobody is signed in here, and nothing is asked");
    let unavailable = get(&address, "/enroll/clv_en_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert!(unavailable.starts_with("HTTP/1.1 503"), "{unavailable}");
    door.open();
    until(&address, "/readyz", |answer| answer.starts_with("HTTP/1.1 200"));
    child.kill().unwrap();
    child.wait().unwrap();
}

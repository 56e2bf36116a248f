//! An SMTP server that keeps what it is sent.

use std::sync::{Arc, Mutex};

use mailparse::MailHeaderMap;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A letter as its reader sees it.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub id: String,
    pub text: String,
    pub html: String,
}

impl Letter {
    /// The last part of the first link that has this in its path.
    pub fn token(&self, path: &str) -> String {
        let line = self.text.lines().find(|line| line.starts_with("http") && line.contains(path));
        line.unwrap_or_else(|| panic!("{path}: {}", self.text)).rsplit('/').next().unwrap().to_owned()
    }
}

#[derive(Default)]
pub struct Shared {
    pub letters: Vec<Letter>,
    /// Takes nothing for now.
    pub refuses: bool,
}

pub struct Postbox {
    port: u16,
    pub shared: Arc<Mutex<Shared>>,
}

impl Postbox {
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let of_server = shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = of_server.clone();
                tokio::spawn(async move { serve(stream, shared).await });
            }
        });
        Self { port, shared }
    }

    /// Settings with which a server sends its mail here.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("CLAVIGER_MAIL__HOST", "127.0.0.1".to_owned()),
            ("CLAVIGER_MAIL__PORT", self.port.to_string()),
            ("CLAVIGER_MAIL__TLS", "none".to_owned()),
            ("CLAVIGER_MAIL__FROM", "Claviger <id@example.org>".to_owned()),
        ]
    }

    /// What came since this was last asked.
    pub fn take(&self) -> Vec<Letter> {
        std::mem::take(&mut self.shared.lock().unwrap().letters)
    }
}

async fn serve(stream: TcpStream, shared: Arc<Mutex<Shared>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 localhost\r\n").await.ok()?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer = match &*verb {
            "EHLO" => "250-localhost\r\n250 8BITMIME\r\n",
            "RCPT" if shared.lock().unwrap().refuses => "451 not now\r\n",
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                "250 ok\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                let letter = read(&mut stream, to.clone()).await?;
                shared.lock().unwrap().letters.push(letter);
                "250 ok\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await.ok()?;
                return Some(());
            }
            _ => "250 ok\r\n",
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
    }
}

async fn read(stream: &mut BufReader<TcpStream>, to: String) -> Option<Letter> {
    let mut raw = String::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        match line.strip_prefix('.') {
            Some("\r\n") => break,
            // RFC 5321 4.5.2
            Some(rest) => raw.push_str(rest),
            None => raw.push_str(&line),
        }
    }
    let mail = mailparse::parse_mail(raw.as_bytes()).unwrap();
    assert_eq!(mail.headers.get_first_value("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert_eq!(mail.headers.get_first_value("To").as_deref(), Some(&*to));
    let [text, html] = &mail.subparts[..] else { panic!("{raw}") };
    let header = |name: &str| mail.headers.get_first_value(name).unwrap();
    let body = |part: &mailparse::ParsedMail<'_>| part.get_body().unwrap().replace("\r\n", "\n");
    Some(Letter { to, subject: header("Subject"), id: header("Message-ID"), text: body(text), html: body(html) })
}

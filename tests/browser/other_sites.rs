//! What pages of other sites try: frames around ours, fragments that travel along.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{harness::Stage, relying_parties, site::Site};

/// Another site: `/` frames whatever its query names, anything else is a page of its own.
async fn other_site() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut head = vec![0; 16 * 1024];
            let length = stream.read(&mut head).await.unwrap();
            let head = String::from_utf8_lossy(&head[..length]).into_owned();
            let target = head.split(' ').nth(1).unwrap_or_default();
            let body = match target.strip_prefix("/?") {
                Some(framed) => format!("<!doctype html><title>other</title><iframe src=\"{framed}\"></iframe>"),
                None => "<!doctype html><title>own</title><h1>own page</h1>".to_owned(),
            };
            let length = body.len();
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
            let answer = format!("{head}Content-Length: {length}\r\n\r\n{body}");
            // A browser that left is none of its concern.
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    origin
}

/// Where the frame of the other site's page has come to.
async fn framed(stage: &Stage, other: &str, url: &str) -> String {
    stage.driver.goto(format!("{other}/?{url}")).await.unwrap();
    stage.driver.enter_frame(0).await.unwrap();
    let place = stage.driver.execute("return document.URL", vec![]).await.unwrap();
    let place = place.json().as_str().unwrap().to_owned();
    stage.driver.enter_default_frame().await.unwrap();
    place
}

/// RFC 9700 4.16: nothing of ours is shown inside a page of somebody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_is_framed() {
    let stage = Stage::new().await;
    stage.authenticator().await;
    stage.driver.goto(&stage.app).await.unwrap();
    stage.click("#sign-in").await;
    stage.click("a[href*='/sign-up']").await;
    stage.sign_up("alice").await;
    stage.sees("h1", "would like to know who you are").await;
    let consent = stage.driver.current_url().await.unwrap().to_string();
    let other = other_site().await;
    assert_eq!(framed(&stage, &other, &format!("{other}/own")).await, format!("{other}/own"), "frames work");
    let below = |path: &str| format!("{}{path}", stage.issuer);
    let pages = ["/sign-in", "/sign-up", "/recover", "/account", "/oauth2/logout", "/docs", "/oauth2/authorize"];
    for page in pages.map(below).into_iter().chain([consent]) {
        assert_eq!(framed(&stage, &other, &page).await, "chrome-error://chromewebdata/", "{page}");
    }
    stage.quit().await;
}

/// Browsers carry a fragment from hop to hop; what an app finds in its callback's is not from us, nor from anybody before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fragment_of_an_earlier_hop_reaches_the_app() {
    let site = Site::new().await;
    let stage = relying_parties::stage(&site).await;
    // Refused at once, so that one redirect leads on to the next.
    let other = other_site().await;
    let http = openidconnect::reqwest::Client::builder().no_proxy().build().unwrap();
    let metadata = json!({ "redirect_uris": [format!("{other}/callback")] });
    let answer = http.post(format!("{}/oauth2/register", stage.issuer)).header("content-type", "application/json");
    let told: Value =
        serde_json::from_str(&answer.body(metadata.to_string()).send().await.unwrap().text().await.unwrap()).unwrap();
    let client = told["client_id"].as_str().unwrap();
    let request = "response_type=code&scope=openid&prompt=none+login&state=s";
    stage.open(&format!("/oauth2/authorize?client_id={client}&{request}#access_token=evil")).await;
    stage.sees("h1", "own page").await;
    let url = stage.driver.current_url().await.unwrap();
    assert!(url.as_str().starts_with(&format!("{other}/callback?error=")), "{url}");
    assert!(!url.as_str().contains("evil"), "{url}");
    stage.quit().await;
}

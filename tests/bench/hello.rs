//! A bare poem handler: what any server on this stack costs at least, measured in the same run.

use poem::{Route, Server, get, handler, listener::TcpListener};

#[handler]
fn hello() -> &'static str {
    "hello"
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    Server::new(TcpListener::bind(address)).run(Route::new().at("/", get(hello))).await
}

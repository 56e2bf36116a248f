//! A server in a process of its own as an endpoint: browsers of the tests talk to it as they do to one in process.

use std::sync::{Arc, RwLock};

use poem::{
    Endpoint, Request, Response,
    http::{StatusCode, header},
};

/// What a browser sees when there was no whole answer.
pub const CUT: StatusCode = StatusCode::IM_A_TEAPOT;

/// Where the server listens; it moves with every start.
#[derive(Clone)]
pub struct Remote {
    address: Arc<RwLock<String>>,
    client: reqwest::Client,
}

impl Remote {
    pub fn new(address: &str) -> Self {
        // The binary does this in its main.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        Self { address: Arc::new(RwLock::new(address.to_owned())), client: client.build().unwrap() }
    }

    pub fn move_to(&self, address: &str) {
        address.clone_into(&mut self.address.write().unwrap());
    }

    async fn forward(&self, request: Request) -> Result<Response, reqwest::Error> {
        let (parts, body) = request.into_parts();
        let url = format!("http://{}{}", self.address.read().unwrap(), parts.uri);
        let body = body.into_bytes().await.unwrap();
        let mut headers = parts.headers;
        headers.remove(header::HOST);
        let answer = self.client.request(parts.method, url).headers(headers).body(body).send().await?;
        let mut builder = Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            builder = builder.header(name, value);
        }
        Ok(builder.body(answer.bytes().await?))
    }
}

impl Endpoint for Remote {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        Ok(self.forward(request).await.unwrap_or_else(|_| CUT.into()))
    }
}

//! Authorization parameters, from bytes to a checked request.
#![no_main]

use std::sync::LazyLock;

use claviger::protocol::{
    authorization_checks::{self, Offer},
    client::Client, client_metadata::ClientMetadata, parameters::Parameters,
};
use libfuzzer_sys::fuzz_target;

static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let metadata = ClientMetadata {
        redirect_uris: vec!["https://app.example/cb".to_owned()],
        token_endpoint_auth_method: Some("none".to_owned()),
        ..ClientMetadata::default()
    };
    metadata.into_client(uuid::Uuid::nil(), "app".to_owned()).unwrap()
});

fuzz_target!(|data: &[u8]| {
    let Ok(parameters) = Parameters::parse(data) else { return };
    assert_eq!(Parameters::parse(parameters.encode().as_bytes()).unwrap().encode(), parameters.encode());
    let offer = Offer { legacy_response_types: false, resource: &|_| None };
    if let Ok(request) = authorization_checks::run(&parameters, &CLIENT, "https://app.example/cb".to_owned(), offer) {
        assert!(request.code_challenge.is_some(), "a public client went on without PKCE");
    }
});

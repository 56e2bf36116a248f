//! The body that finishes an authentication.
#![no_main]

use std::{collections::BTreeMap, sync::LazyLock};

use claviger::webauthn::fuzzing::authentication;
use libfuzzer_sys::fuzz_target;
use serde_cbor_2::Value;

/// The base point of P-256: a valid public key whose private half is 1.
static KEY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    let y = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
    let bytes = |hex: &str| (0..32).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect();
    let members = [(1, Value::Integer(2)), (3, Value::Integer(-7)), (-1, Value::Integer(1))];
    let mut map: BTreeMap<Value, Value> = members.into_iter().map(|(key, value)| (Value::Integer(key), value)).collect();
    map.insert(Value::Integer(-2), Value::Bytes(bytes(x)));
    map.insert(Value::Integer(-3), Value::Bytes(bytes(y)));
    serde_cbor_2::to_vec(&Value::Map(map)).unwrap()
});

fuzz_target!(|data: &[u8]| authentication(&KEY, data));

//! Authenticator data (WebAuthn 6.1), read to its last byte.

use serde::Deserialize;
use serde_cbor_2::{Deserializer, Value};

use super::{ceremony::Refused, credential_json::MAX_CREDENTIAL_ID};

const HEADER: usize = 37;

/// Flags, counter, and what was attested.
pub(super) struct AuthenticatorData {
    /// UP.
    pub user_present: bool,
    /// UV.
    pub user_verified: bool,
    /// BE.
    pub backup_eligible: bool,
    /// BS.
    pub backup_state: bool,
    /// Signature counter.
    pub sign_count: u32,
    /// With AT set.
    pub attested: Option<Attested>,
}

/// Attested credential data (6.5.1).
pub(super) struct Attested {
    /// Model of the authenticator.
    pub aaguid: [u8; 16],
    /// The credential id.
    pub credential_id: Vec<u8>,
    /// COSE_Key, as it came.
    pub cose_key: Vec<u8>,
}

impl AuthenticatorData {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Refused> {
        const MALFORMED: Refused = Refused("authenticatorData");
        let (header, mut rest) = bytes.split_at_checked(HEADER).ok_or(MALFORMED)?;
        let flag = |bit: u8| header[32] & (1 << bit) != 0;
        let attested = if flag(6) { Some(Attested::parse(&mut rest)?) } else { None };
        if flag(7) && !matches!(item(&mut rest)?.0, Value::Map(_)) {
            return Err(MALFORMED);
        }
        if !rest.is_empty() {
            return Err(MALFORMED);
        }
        Ok(Self {
            user_present: flag(0),
            user_verified: flag(2),
            backup_eligible: flag(3),
            backup_state: flag(4),
            sign_count: u32::from_be_bytes([header[33], header[34], header[35], header[36]]),
            attested,
        })
    }
}

impl Attested {
    fn parse(rest: &mut &[u8]) -> Result<Self, Refused> {
        const MALFORMED: Refused = Refused("attestedCredentialData");
        let mut take = |count: usize| {
            let (head, tail) = rest.split_at_checked(count).ok_or(MALFORMED)?;
            *rest = tail;
            Ok(head)
        };
        let aaguid = take(16)?.try_into().map_err(|_| MALFORMED)?;
        let length = take(2)?;
        let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
        if !(1..=MAX_CREDENTIAL_ID).contains(&length) {
            return Err(Refused("credential id length"));
        }
        let credential_id = take(length)?.to_vec();
        let cose_key = item(rest)?.1.to_vec();
        Ok(Self { aaguid, credential_id, cose_key })
    }
}

/// Reads one CBOR item; gives it and its bytes.
fn item<'a>(rest: &mut &'a [u8]) -> Result<(Value, &'a [u8]), Refused> {
    let mut deserializer = Deserializer::from_slice(rest);
    let value = Value::deserialize(&mut deserializer).map_err(|_| Refused("CBOR"))?;
    let (head, tail) = rest.split_at_checked(deserializer.byte_offset()).ok_or(Refused("CBOR"))?;
    *rest = tail;
    Ok((value, head))
}

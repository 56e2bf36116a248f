//! Clients and their secrets.

mod listing;

use entity::{
    client::{ActiveModel, Column, Entity, Model},
    client_secret,
};
pub use listing::{Weak, list_secrets, list_weak, page, position, revoke_secret};
use sea_orm::{
    ActiveValue::Unchanged, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{Error, Tx, columns, page::Text, setting};
use crate::{
    clock::Time,
    crypto::{
        aead::{Context, Key},
        mac::Tag,
        random::Rng,
        token::Generated,
    },
    protocol::{
        client::{Client, TokenEndpointAuthMethod},
        signing_algorithm::SigningAlgorithm,
        subject::SubjectType,
    },
};

/// Changes whenever a client changes that somebody may have in a cache.
pub const VERSION: &str = "version.clients";

/// Changes whenever redirect URIs do, new clients' too.
pub const ORIGINS_VERSION: &str = "version.origins";

/// Adds a client; false when its `client_id` is taken. `change` is a fresh id, so that others notice. Nobody has it in a cache:
/// absence is never kept.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &Tx, change: Uuid, client: &Client, now: Time) -> Result<bool, Error> {
    let nothing = OnConflict::column(Column::ClientId).do_nothing().to_owned();
    let inserted = Entity::insert(row(client, now)?).on_conflict(nothing).exec_without_returning(tx).await?;
    setting::put_version(tx, ORIGINS_VERSION, change.as_bytes(), now).await?;
    Ok(inserted == 1)
}

/// Sets everything of a client but its secrets.
///
/// # Errors
/// When the database fails.
pub async fn update(tx: &Tx, change: Uuid, client: &Client, now: Time) -> Result<(), Error> {
    let changed =
        ActiveModel { id: Unchanged(client.id), created_at: sea_orm::ActiveValue::NotSet, ..row(client, now)? };
    Entity::update(changed).exec_without_returning(tx).await?;
    touch_versions(tx, change, now).await
}

/// Adds a secret by its hash, to a client that was added or updated in this transaction, so that others notice.
///
/// # Errors
/// When the database fails.
pub async fn insert_secret(tx: &Tx, id: Uuid, client: Uuid, secret_hash: Tag, now: Time) -> Result<(), Error> {
    insert_any_secret(tx, id, client, (secret_hash, None), now).await
}

/// The same for one that the client signs with: sealed beside its hash.
///
/// # Errors
/// When the database fails.
pub async fn insert_signing_secret(
    tx: &Tx,
    (id, client): (Uuid, Uuid),
    (key, rng): (&Key, &dyn Rng),
    secret: &Generated,
    now: Time,
) -> Result<(), Error> {
    let sealed = key.seal(rng, &context(id), secret.token.expose().as_bytes());
    insert_any_secret(tx, id, client, (secret.hash, Some(sealed)), now).await
}

async fn insert_any_secret(
    tx: &Tx,
    id: Uuid,
    client: Uuid,
    (secret_hash, sealed): (Tag, Option<Vec<u8>>),
    now: Time,
) -> Result<(), Error> {
    let row = client_secret::ActiveModel {
        id: Set(id),
        client_id: Set(client),
        secret_hash: Set(secret_hash.to_vec()),
        sealed: Set(sealed),
        created_at: Set(now),
        revoked_at: Set(None),
    };
    client_secret::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// A sealed secret as it was given away; `None` when it was altered.
#[must_use]
pub fn open_secret(key: &Key, (id, sealed): &(Uuid, Vec<u8>)) -> Option<Vec<u8>> {
    key.open(&context(*id), sealed)
}

fn context(id: Uuid) -> Context {
    Context::column("client_secrets", "sealed", &id, None)
}

/// Removes a client with everything that was issued to it.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &Tx, change: Uuid, id: Uuid, now: Time) -> Result<bool, Error> {
    let gone = Entity::delete_by_id(id).exec(tx).await?.rows_affected == 1;
    touch_versions(tx, change, now).await?;
    Ok(gone)
}

/// The client of that `client_id`, with its live secrets: two statements, so cache what comes.
///
/// # Errors
/// When the database fails.
pub async fn find_by_client_id<C: ConnectionTrait>(connection: &C, client_id: &str) -> Result<Option<Client>, Error> {
    match Entity::find().filter(Column::ClientId.eq(client_id)).one(connection).await? {
        Some(row) => with_secrets(connection, row).await.map(Some),
        None => Ok(None),
    }
}

/// The client of that row.
///
/// # Errors
/// When the database fails.
pub async fn find_by_id<C: ConnectionTrait>(connection: &C, id: Uuid) -> Result<Option<Client>, Error> {
    match Entity::find_by_id(id).one(connection).await? {
        Some(row) => with_secrets(connection, row).await.map(Some),
        None => Ok(None),
    }
}

/// The client of that row, without its secrets, locked for writing until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &Tx, id: Uuid) -> Result<Option<Client>, Error> {
    Entity::find_by_id(id).lock_exclusive().one(tx).await?.map(from_row).transpose()
}

/// Whether there is such a row, which then stays until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &Tx, id: Uuid) -> Result<bool, Error> {
    let row = Entity::find_by_id(id).select_only().column(Column::Id).lock_shared();
    Ok(row.into_tuple::<Uuid>().one(tx).await?.is_some())
}

/// Where answers of enabled clients may go: only what pages of other origins are allowed by.
///
/// # Errors
/// When the database fails.
pub async fn list_redirect_uris<C: ConnectionTrait>(connection: &C) -> Result<Vec<Vec<String>>, Error> {
    let rows = Entity::find().select_only().column(Column::RedirectUris).filter(Column::Enabled.eq(true));
    let rows: Vec<serde_json::Value> = rows.into_tuple().all(connection).await?;
    // A row that can't be read costs itself alone.
    Ok(rows.into_iter().filter_map(|row| serde_json::from_value(row).ok()).collect())
}

/// All clients, by name.
///
/// # Errors
/// When the database fails.
pub async fn list<C: ConnectionTrait>(connection: &C) -> Result<Vec<Client>, Error> {
    let name = Text::folded(Column::ClientName, connection.get_database_backend());
    let rows = Entity::find().order_by_asc(name.sql()).order_by_asc(Column::Id).all(connection).await?;
    rows.into_iter().map(from_row).collect()
}

async fn with_secrets<C: ConnectionTrait>(connection: &C, row: Model) -> Result<Client, Error> {
    use client_secret::Column as Secret;
    let live = client_secret::Entity::find().filter(Secret::ClientId.eq(row.id)).filter(Secret::RevokedAt.is_null());
    let mut client = from_row(row)?;
    for secret in live.all(connection).await? {
        client.secret_hashes.push(secret.secret_hash.try_into().map_err(|_| Error::Decode("secret_hash"))?);
        client.sealed_secrets.extend(secret.sealed.map(|sealed| (secret.id, sealed)));
    }
    Ok(client)
}

async fn touch_versions(tx: &Tx, change: Uuid, now: Time) -> Result<(), Error> {
    touch_version(tx, change, now).await?;
    setting::put_version(tx, ORIGINS_VERSION, change.as_bytes(), now).await
}

/// Lets others notice a change. A fresh value each time: counting up would lose one of two changes at once.
///
/// # Errors
/// When the database fails.
pub async fn touch_version(tx: &Tx, change: Uuid, now: Time) -> Result<(), Error> {
    setting::put_version(tx, VERSION, change.as_bytes(), now).await
}

fn row(client: &Client, now: Time) -> Result<ActiveModel, Error> {
    Ok(ActiveModel {
        id: Set(client.id),
        client_id: Set(client.client_id.clone()),
        client_name: Set(client.client_name.clone()),
        token_endpoint_auth_method: Set(client.token_endpoint_auth_method.as_str().to_owned()),
        redirect_uris: Set(columns::to_json("clients.redirect_uris", &client.redirect_uris)?),
        scopes: Set(columns::to_json("clients.scopes", &client.scopes)?),
        require_pkce: Set(client.require_pkce),
        require_consent: Set(client.require_consent),
        subject_type: Set(client.subject_type.as_str().to_owned()),
        sector_identifier: Set(client.sector_identifier.clone()),
        id_token_signed_response_alg: Set(client.id_token_signed_response_alg.as_str().to_owned()),
        release_unverified_email: Set(client.release_unverified_email),
        client_uri: Set(client.client_uri.clone()),
        initiate_login_uri: Set(client.initiate_login_uri.clone()),
        enabled: Set(client.enabled),
        details: Set(columns::to_json("clients.details", &client.details)?),
        registration_access_token_hash: Set(client.registration_access_token_hash.map(|hash| hash.to_vec())),
        created_at: Set(now),
        updated_at: Set(now),
    })
}

/// A client without its secrets.
pub(super) fn from_row(row: Model) -> Result<Client, Error> {
    let decode = Error::Decode;
    Ok(Client {
        id: row.id,
        client_id: row.client_id,
        client_name: row.client_name,
        token_endpoint_auth_method: TokenEndpointAuthMethod::parse(&row.token_endpoint_auth_method)
            .ok_or(decode("clients.token_endpoint_auth_method"))?,
        redirect_uris: columns::from_json("clients.redirect_uris", row.redirect_uris)?,
        scopes: columns::from_json("clients.scopes", row.scopes)?,
        require_pkce: row.require_pkce,
        require_consent: row.require_consent,
        subject_type: SubjectType::parse(&row.subject_type).ok_or(decode("clients.subject_type"))?,
        sector_identifier: row.sector_identifier,
        id_token_signed_response_alg: SigningAlgorithm::parse(&row.id_token_signed_response_alg)
            .ok_or(decode("clients.id_token_signed_response_alg"))?,
        release_unverified_email: row.release_unverified_email,
        client_uri: row.client_uri,
        initiate_login_uri: row.initiate_login_uri,
        enabled: row.enabled,
        details: columns::from_json("clients.details", row.details)?,
        secret_hashes: Vec::new(),
        sealed_secrets: Vec::new(),
        registration_access_token_hash: row
            .registration_access_token_hash
            .map(|hash| hash.try_into().map_err(|_| decode("clients.registration_access_token_hash")))
            .transpose()?,
    })
}

//! Tokens and all that decides whether they open anything: one read each.

use entity::{access_token, client, consent, refresh_token, session, token_family, user};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, FromQueryResult, QueryResult,
    sea_query::{Expr, ExprTrait, Func, IntoCondition, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    Error, Tx,
    client_group::member_until,
    columns::{self, equal},
    subject::{self, Subject},
    token_family::Family,
};
use crate::{
    clock::Time,
    crypto::mac::Tag,
    protocol::{client::Client, scope::ScopeSet},
};

/// A person behind a token.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who, with what they allowed the client.
    pub subject: Subject,
    /// What the token lives and dies with.
    pub family: Family,
}

/// An access token.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// Who is behind it; nobody but the client, where it is its own.
    pub person: Option<Person>,
    /// Whom it was issued to, without secrets.
    pub client: Client,
    /// What it opens.
    pub scopes: ScopeSet,
    /// What it is meant for; none for the issuer.
    pub audience: Vec<String>,
    /// When it was issued.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
}

/// A refresh token.
#[derive(Clone, Debug)]
pub struct Refreshing {
    /// The row.
    pub id: Uuid,
    /// The token that it came from; the family for the first.
    pub parent: Uuid,
    /// Who is behind it.
    pub person: Person,
    /// Whom it was issued to, without secrets.
    pub client: Client,
    /// When it was issued.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
}

use access_token::Column as Token;
use refresh_token::Column as Refresh;
use token_family::Column as FamilyColumn;

/// The access token of that hash: one read.
///
/// # Errors
/// When the database fails.
pub async fn find<C: ConnectionTrait>(connection: &C, token_hash: Tag) -> Result<Option<Bearer>, Error> {
    let (tokens, families) = (access_token::Entity, token_family::Entity);
    let mut query = Query::select();
    columns::select(&mut query, tokens, "t_");
    query
        .from(tokens)
        .left_join(families, equal(families, FamilyColumn::Id, tokens, Token::FamilyId))
        .cond_where(Token::TokenHash.eq(token_hash.to_vec()).into_condition());
    let of_client =
        Func::coalesce([Expr::col((families, FamilyColumn::ClientId)), Expr::col((tokens, Token::ClientId))]);
    join_rest(&mut query, Expr::col((client::Entity, client::Column::Id)).eq(of_client));
    let Some(row) = connection.query_one(&query).await? else { return Ok(None) };
    let token = access_token::Model::from_query_result(&row, "t_")?;
    Ok(Some(Bearer {
        person: if token.family_id.is_some() { Some(person(&row)?) } else { None },
        client: client_of(&row)?,
        scopes: columns::from_json("access_tokens.scopes", token.scopes)?,
        audience: columns::from_json("access_tokens.audience", token.audience)?,
        created_at: token.created_at,
        expires_at: token.expires_at,
    }))
}

/// The refresh token of that hash: one read.
///
/// # Errors
/// When the database fails.
pub async fn find_refresh<C: ConnectionTrait>(connection: &C, token_hash: Tag) -> Result<Option<Refreshing>, Error> {
    connection.query_one(&refresh(token_hash)).await?.map(|row| refreshing(&row)).transpose()
}

/// The same, locked until the transaction ends: the person and the client against changes, the family for writing.
///
/// # Errors
/// When the database fails.
pub async fn lock_refresh(tx: &Tx, token_hash: Tag) -> Result<Option<Refreshing>, Error> {
    let backend = tx.get_database_backend();
    let mut statement = backend.build(&refresh(token_hash));
    if backend == DbBackend::Postgres {
        // PostgreSQL locks in the order of the clauses.
        statement.sql.push_str(" FOR SHARE OF users FOR SHARE OF clients FOR NO KEY UPDATE OF token_families");
    }
    tx.query_one_raw(statement).await?.map(|row| refreshing(&row)).transpose()
}

fn refresh(token_hash: Tag) -> SelectStatement {
    let (tokens, families) = (refresh_token::Entity, token_family::Entity);
    let mut query = Query::select();
    columns::select(&mut query, tokens, "r_");
    query
        .from(tokens)
        .inner_join(families, equal(families, FamilyColumn::Id, tokens, Refresh::FamilyId))
        .inner_join(user::Entity, equal(user::Entity, user::Column::Id, families, FamilyColumn::UserId))
        .inner_join(client::Entity, equal(client::Entity, client::Column::Id, families, FamilyColumn::ClientId))
        .cond_where(Refresh::TokenHash.eq(token_hash.to_vec()).into_condition());
    select_rest(&mut query);
    query
}

fn join_rest(query: &mut SelectStatement, of_client: Expr) {
    let families = token_family::Entity;
    query
        .inner_join(client::Entity, of_client)
        .left_join(user::Entity, equal(user::Entity, user::Column::Id, families, FamilyColumn::UserId));
    select_rest(query);
}

/// What hangs on family, person and client.
fn select_rest(query: &mut SelectStatement) {
    let families = token_family::Entity;
    let allowed = Condition::all()
        .add(equal(consent::Entity, consent::Column::UserId, families, FamilyColumn::UserId))
        .add(equal(consent::Entity, consent::Column::ClientId, families, FamilyColumn::ClientId));
    columns::select(query, families, "f_");
    columns::select(query, client::Entity, "c_");
    subject::select_subject(query);
    let of_client = Expr::col((client::Entity, client::Column::Id));
    query.expr_as(member_until(of_client), subject::MEMBER_UNTIL);
    query
        .left_join(session::Entity, equal(session::Entity, session::Column::Id, families, FamilyColumn::SessionId))
        .left_join(consent::Entity, allowed);
}

fn refreshing(row: &QueryResult) -> Result<Refreshing, Error> {
    let token = refresh_token::Model::from_query_result(row, "r_")?;
    Ok(Refreshing {
        id: token.id,
        parent: token.parent,
        person: person(row)?,
        client: client_of(row)?,
        created_at: token.created_at,
        expires_at: token.expires_at,
    })
}

fn person(row: &QueryResult) -> Result<Person, Error> {
    let family = Family::from_row(token_family::Model::from_query_result(row, "f_")?)?;
    Ok(Person { subject: subject::decode(row)?, family })
}

fn client_of(row: &QueryResult) -> Result<Client, Error> {
    super::client::from_row(client::Model::from_query_result(row, "c_")?)
}

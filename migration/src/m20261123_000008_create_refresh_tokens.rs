//! Refresh tokens, resources, access tokens without a person, and what families must remember for as long as they live.

use sea_orm_migration::{
    prelude::*,
    schema::{
        blob, json, json_null, string, string_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
        uuid_null,
    },
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            timestamp_with_time_zone_null(TokenFamilies::AuthTime),
            string_null(TokenFamilies::Acr),
            json(TokenFamilies::Amr).default("[]").to_owned(),
            json_null(TokenFamilies::Claims),
            json(TokenFamilies::Resources).default("[]").to_owned(),
        ] {
            let mut table = Table::alter();
            manager.alter_table(table.table(TokenFamilies::Table).add_column(column).to_owned()).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table(RefreshTokens::Table)
                    .col(uuid(RefreshTokens::Id).primary_key())
                    .col(blob(RefreshTokens::TokenHash).unique_key())
                    .col(uuid(RefreshTokens::FamilyId))
                    .col(uuid(RefreshTokens::Parent))
                    .col(timestamp_with_time_zone(RefreshTokens::CreatedAt))
                    .col(timestamp_with_time_zone(RefreshTokens::ExpiresAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(RefreshTokens::Table, RefreshTokens::FamilyId)
                            .to(TokenFamilies::Table, TokenFamilies::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        for (name, column) in [
            ("idx_refresh_tokens_family_id", RefreshTokens::FamilyId),
            ("idx_refresh_tokens_parent", RefreshTokens::Parent),
            ("idx_refresh_tokens_expires_at", RefreshTokens::ExpiresAt),
        ] {
            let mut index = Index::create();
            manager.create_index(index.name(name).table(RefreshTokens::Table).col(column).to_owned()).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table(Resources::Table)
                    .col(uuid(Resources::Id).primary_key())
                    .col(string(Resources::Identifier).unique_key())
                    .col(json(Resources::Scopes))
                    .col(string(Resources::AccessTokenFormat))
                    .col(uuid_null(Resources::ClientId))
                    .col(timestamp_with_time_zone(Resources::CreatedAt))
                    .col(timestamp_with_time_zone(Resources::UpdatedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Resources::Table, Resources::ClientId)
                            .to(Clients::Table, Clients::Id)
                            .on_delete(ForeignKeyAction::SetNull),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(ReplayedJtis::Table)
                    .col(blob(ReplayedJtis::JtiHash).primary_key())
                    .col(timestamp_with_time_zone(ReplayedJtis::ExpiresAt))
                    .to_owned(),
            )
            .await?;
        let mut index = Index::create();
        index.name("idx_replayed_jtis_expires_at").table(ReplayedJtis::Table).col(ReplayedJtis::ExpiresAt);
        manager.create_index(index).await?;
        access_tokens(manager, true).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        access_tokens(manager, false).await?;
        manager.drop_table(Table::drop().table(ReplayedJtis::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Resources::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(RefreshTokens::Table).to_owned()).await?;
        for column in [
            TokenFamilies::Resources,
            TokenFamilies::Claims,
            TokenFamilies::Amr,
            TokenFamilies::Acr,
            TokenFamilies::AuthTime,
        ] {
            let mut table = Table::alter();
            manager.alter_table(table.table(TokenFamilies::Table).drop_column(column).to_owned()).await?;
        }
        Ok(())
    }
}

/// SQLite can't make a column nullable, so the table is made anew with its rows; nothing refers to it.
async fn access_tokens(manager: &SchemaManager<'_>, without_person: bool) -> Result<(), DbErr> {
    let mut table = Table::create();
    table
        .table(AccessTokensNew::Table)
        .col(uuid(AccessTokens::Id).primary_key())
        .col(blob(AccessTokens::TokenHash).unique_key());
    if without_person {
        table
            .col(uuid_null(AccessTokens::FamilyId))
            .col(uuid_null(AccessTokens::ClientId))
            .col(json(AccessTokens::Audience).default("[]"));
        let mut of_client = ForeignKey::create();
        of_client.from(AccessTokensNew::Table, AccessTokens::ClientId).to(Clients::Table, Clients::Id);
        table.foreign_key(of_client.on_delete(ForeignKeyAction::Cascade));
    } else {
        table.col(uuid(AccessTokens::FamilyId));
    }
    let mut of_family = ForeignKey::create();
    of_family.from(AccessTokensNew::Table, AccessTokens::FamilyId).to(TokenFamilies::Table, TokenFamilies::Id);
    table
        .col(json(AccessTokens::Scopes))
        .col(timestamp_with_time_zone(AccessTokens::CreatedAt))
        .col(timestamp_with_time_zone(AccessTokens::ExpiresAt))
        .foreign_key(of_family.on_delete(ForeignKeyAction::Cascade));
    manager.create_table(table).await?;
    let kept = [
        AccessTokens::Id,
        AccessTokens::TokenHash,
        AccessTokens::FamilyId,
        AccessTokens::Scopes,
        AccessTokens::CreatedAt,
        AccessTokens::ExpiresAt,
    ];
    let mut rows = Query::select();
    rows.columns(kept).from(AccessTokens::Table).and_where(Expr::col(AccessTokens::FamilyId).is_not_null());
    let mut copy = Query::insert();
    copy.into_table(AccessTokensNew::Table).columns(kept);
    copy.select_from(rows).map_err(|error| DbErr::Migration(error.to_string()))?;
    manager.execute(copy).await?;
    manager.drop_table(Table::drop().table(AccessTokens::Table).to_owned()).await?;
    manager.rename_table(Table::rename().table(AccessTokensNew::Table, AccessTokens::Table).to_owned()).await?;
    let mut indices = vec![
        ("idx_access_tokens_family_id", AccessTokens::FamilyId),
        ("idx_access_tokens_expires_at", AccessTokens::ExpiresAt),
    ];
    if without_person {
        indices.push(("idx_access_tokens_client_id", AccessTokens::ClientId));
    }
    for (name, column) in indices {
        let mut index = Index::create();
        manager.create_index(index.name(name).table(AccessTokens::Table).col(column).to_owned()).await?;
    }
    Ok(())
}

#[derive(DeriveIden)]
enum AccessTokensNew {
    Table,
}

#[derive(DeriveIden, Clone, Copy)]
enum AccessTokens {
    Table,
    Id,
    TokenHash,
    FamilyId,
    ClientId,
    Audience,
    Scopes,
    CreatedAt,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum TokenFamilies {
    Table,
    Id,
    AuthTime,
    Acr,
    Amr,
    Claims,
    Resources,
}

#[derive(DeriveIden)]
enum Clients {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum RefreshTokens {
    Table,
    Id,
    TokenHash,
    FamilyId,
    Parent,
    CreatedAt,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum Resources {
    Table,
    Id,
    Identifier,
    Scopes,
    AccessTokenFormat,
    ClientId,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum ReplayedJtis {
    Table,
    JtiHash,
    ExpiresAt,
}

//! Authorization requests, codes, token families and access tokens.

use sea_orm_migration::{
    prelude::*,
    schema::{
        blob, boolean, json, string_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(AuthorizationRequests::Table)
                    .col(uuid(AuthorizationRequests::Id).primary_key())
                    .col(blob(AuthorizationRequests::FlowHash))
                    .col(uuid(AuthorizationRequests::ClientId))
                    .col(json(AuthorizationRequests::Parameters))
                    .col(json(AuthorizationRequests::Ceremony))
                    .col(json(AuthorizationRequests::Consent))
                    .col(timestamp_with_time_zone(AuthorizationRequests::CreatedAt))
                    .col(timestamp_with_time_zone(AuthorizationRequests::ExpiresAt))
                    .col(timestamp_with_time_zone_null(AuthorizationRequests::SpentAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(AuthorizationRequests::Table, AuthorizationRequests::ClientId)
                            .to(Alias::new("clients"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_authorization_requests_flow_hash")
                    .table(AuthorizationRequests::Table)
                    .col(AuthorizationRequests::FlowHash)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_authorization_requests_expires_at")
                    .table(AuthorizationRequests::Table)
                    .col(AuthorizationRequests::ExpiresAt)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(TokenFamilies::Table)
                    .col(uuid(TokenFamilies::Id).primary_key())
                    .col(uuid(TokenFamilies::ClientId))
                    .col(uuid(TokenFamilies::UserId))
                    .col(uuid_null(TokenFamilies::SessionId))
                    .col(uuid(TokenFamilies::Head))
                    .col(json(TokenFamilies::Scopes))
                    .col(boolean(TokenFamilies::Offline))
                    .col(timestamp_with_time_zone(TokenFamilies::CreatedAt))
                    .col(timestamp_with_time_zone_null(TokenFamilies::RevokedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(TokenFamilies::Table, TokenFamilies::ClientId)
                            .to(Alias::new("clients"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(TokenFamilies::Table, TokenFamilies::UserId)
                            .to(Alias::new("users"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_token_families_client_id")
                    .table(TokenFamilies::Table)
                    .col(TokenFamilies::ClientId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_token_families_user_id")
                    .table(TokenFamilies::Table)
                    .col(TokenFamilies::UserId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_token_families_session_id")
                    .table(TokenFamilies::Table)
                    .col(TokenFamilies::SessionId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(AuthorizationCodes::Table)
                    .col(uuid(AuthorizationCodes::Id).primary_key())
                    .col(blob(AuthorizationCodes::CodeHash).unique_key())
                    .col(uuid(AuthorizationCodes::FamilyId))
                    .col(uuid(AuthorizationCodes::ClientId))
                    .col(uuid(AuthorizationCodes::UserId))
                    .col(uuid(AuthorizationCodes::SessionId))
                    .col(string_null(AuthorizationCodes::RedirectUri))
                    .col(string_null(AuthorizationCodes::CodeChallenge))
                    .col(json(AuthorizationCodes::Scopes))
                    .col(string_null(AuthorizationCodes::Nonce))
                    .col(timestamp_with_time_zone(AuthorizationCodes::AuthTime))
                    .col(string_null(AuthorizationCodes::Acr))
                    .col(json(AuthorizationCodes::Amr))
                    .col(timestamp_with_time_zone(AuthorizationCodes::CreatedAt))
                    .col(timestamp_with_time_zone(AuthorizationCodes::ExpiresAt))
                    .col(timestamp_with_time_zone_null(AuthorizationCodes::SpentAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(AuthorizationCodes::Table, AuthorizationCodes::FamilyId)
                            .to(Alias::new("token_families"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(AuthorizationCodes::Table, AuthorizationCodes::SessionId)
                            .to(Alias::new("sessions"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_authorization_codes_family_id")
                    .table(AuthorizationCodes::Table)
                    .col(AuthorizationCodes::FamilyId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_authorization_codes_session_id")
                    .table(AuthorizationCodes::Table)
                    .col(AuthorizationCodes::SessionId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_authorization_codes_expires_at")
                    .table(AuthorizationCodes::Table)
                    .col(AuthorizationCodes::ExpiresAt)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(AccessTokens::Table)
                    .col(uuid(AccessTokens::Id).primary_key())
                    .col(blob(AccessTokens::TokenHash).unique_key())
                    .col(uuid(AccessTokens::FamilyId))
                    .col(json(AccessTokens::Scopes))
                    .col(timestamp_with_time_zone(AccessTokens::CreatedAt))
                    .col(timestamp_with_time_zone(AccessTokens::ExpiresAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(AccessTokens::Table, AccessTokens::FamilyId)
                            .to(Alias::new("token_families"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_access_tokens_family_id")
                    .table(AccessTokens::Table)
                    .col(AccessTokens::FamilyId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_access_tokens_expires_at")
                    .table(AccessTokens::Table)
                    .col(AccessTokens::ExpiresAt)
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(AccessTokens::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(AuthorizationCodes::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(TokenFamilies::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(AuthorizationRequests::Table).to_owned()).await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum AuthorizationRequests {
    Table,
    Id,
    FlowHash,
    ClientId,
    Parameters,
    Ceremony,
    Consent,
    CreatedAt,
    ExpiresAt,
    SpentAt,
}

#[derive(DeriveIden)]
enum TokenFamilies {
    Table,
    Id,
    ClientId,
    UserId,
    SessionId,
    Head,
    Scopes,
    Offline,
    CreatedAt,
    RevokedAt,
}

#[derive(DeriveIden)]
enum AuthorizationCodes {
    Table,
    Id,
    CodeHash,
    FamilyId,
    ClientId,
    UserId,
    SessionId,
    RedirectUri,
    CodeChallenge,
    Scopes,
    Nonce,
    AuthTime,
    Acr,
    Amr,
    CreatedAt,
    ExpiresAt,
    SpentAt,
}

#[derive(DeriveIden)]
enum AccessTokens {
    Table,
    Id,
    TokenHash,
    FamilyId,
    Scopes,
    CreatedAt,
    ExpiresAt,
}

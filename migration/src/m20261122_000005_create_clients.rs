//! Clients, their secrets, and what people allowed them.

use sea_orm_migration::{
    prelude::*,
    schema::{blob, boolean, json, string, string_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Clients::Table)
                    .col(uuid(Clients::Id).primary_key())
                    .col(string(Clients::ClientId).unique_key())
                    .col(string(Clients::ClientName))
                    .col(string(Clients::TokenEndpointAuthMethod))
                    .col(json(Clients::RedirectUris))
                    .col(json(Clients::Scopes))
                    .col(boolean(Clients::RequirePkce))
                    .col(boolean(Clients::RequireConsent))
                    .col(string(Clients::SubjectType))
                    .col(string_null(Clients::SectorIdentifier))
                    .col(string(Clients::IdTokenSignedResponseAlg))
                    .col(boolean(Clients::ReleaseUnverifiedEmail))
                    .col(string_null(Clients::ClientUri))
                    .col(string_null(Clients::InitiateLoginUri))
                    .col(boolean(Clients::Enabled))
                    .col(timestamp_with_time_zone(Clients::CreatedAt))
                    .col(timestamp_with_time_zone(Clients::UpdatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(ClientSecrets::Table)
                    .col(uuid(ClientSecrets::Id).primary_key())
                    .col(uuid(ClientSecrets::ClientId))
                    .col(blob(ClientSecrets::SecretHash))
                    .col(timestamp_with_time_zone(ClientSecrets::CreatedAt))
                    .col(timestamp_with_time_zone_null(ClientSecrets::RevokedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(ClientSecrets::Table, ClientSecrets::ClientId)
                            .to(Alias::new("clients"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_client_secrets_client_id")
                    .table(ClientSecrets::Table)
                    .col(ClientSecrets::ClientId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(SessionClients::Table)
                    .col(uuid(SessionClients::SessionId))
                    .col(uuid(SessionClients::ClientId))
                    .col(timestamp_with_time_zone(SessionClients::LastAt))
                    .primary_key(Index::create().col(SessionClients::SessionId).col(SessionClients::ClientId))
                    .foreign_key(
                        ForeignKey::create()
                            .from(SessionClients::Table, SessionClients::SessionId)
                            .to(Alias::new("sessions"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(SessionClients::Table, SessionClients::ClientId)
                            .to(Alias::new("clients"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Consents::Table)
                    .col(uuid(Consents::Id).primary_key())
                    .col(uuid(Consents::UserId))
                    .col(uuid(Consents::ClientId))
                    .col(json(Consents::Granted))
                    .col(json(Consents::Declined))
                    .col(timestamp_with_time_zone(Consents::CreatedAt))
                    .col(timestamp_with_time_zone(Consents::UpdatedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Consents::Table, Consents::UserId)
                            .to(Alias::new("users"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from(Consents::Table, Consents::ClientId)
                            .to(Alias::new("clients"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_consents_user_id_client_id")
                    .table(Consents::Table)
                    .col(Consents::UserId)
                    .col(Consents::ClientId)
                    .unique()
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Consents::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(SessionClients::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(ClientSecrets::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Clients::Table).to_owned()).await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Clients {
    Table,
    Id,
    ClientId,
    ClientName,
    TokenEndpointAuthMethod,
    RedirectUris,
    Scopes,
    RequirePkce,
    RequireConsent,
    SubjectType,
    SectorIdentifier,
    IdTokenSignedResponseAlg,
    ReleaseUnverifiedEmail,
    ClientUri,
    InitiateLoginUri,
    Enabled,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum ClientSecrets {
    Table,
    Id,
    ClientId,
    SecretHash,
    CreatedAt,
    RevokedAt,
}

#[derive(DeriveIden)]
enum SessionClients {
    Table,
    SessionId,
    ClientId,
    LastAt,
}

#[derive(DeriveIden)]
enum Consents {
    Table,
    Id,
    UserId,
    ClientId,
    Granted,
    Declined,
    CreatedAt,
    UpdatedAt,
}

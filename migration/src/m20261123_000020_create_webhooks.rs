//! Where events are told, and what came of it.

use sea_orm_migration::{
    prelude::*,
    schema::{binary, boolean, integer, json, text, text_null, timestamp_with_time_zone, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Webhooks::Table)
                    .col(uuid(Webhooks::Id).primary_key())
                    .col(text(Webhooks::Url))
                    .col(json(Webhooks::Events))
                    .col(binary(Webhooks::Secret))
                    .col(boolean(Webhooks::Enabled))
                    .col(timestamp_with_time_zone(Webhooks::CreatedAt))
                    .col(timestamp_with_time_zone(Webhooks::UpdatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(WebhookDeliveries::Table)
                    .col(uuid(WebhookDeliveries::Id).primary_key())
                    .col(uuid(WebhookDeliveries::WebhookId))
                    .col(text(WebhookDeliveries::Event))
                    .col(uuid(WebhookDeliveries::MessageId))
                    .col(integer(WebhookDeliveries::Attempt))
                    .col(text(WebhookDeliveries::Outcome))
                    .col(text_null(WebhookDeliveries::Error))
                    .col(timestamp_with_time_zone(WebhookDeliveries::At))
                    .col(timestamp_with_time_zone(WebhookDeliveries::ExpiresAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(WebhookDeliveries::Table, WebhookDeliveries::WebhookId)
                            .to(Webhooks::Table, Webhooks::Id)
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        let of_webhook = Index::create()
            .name("idx_webhook_deliveries_webhook_id")
            .table(WebhookDeliveries::Table)
            .col(WebhookDeliveries::WebhookId)
            .col(WebhookDeliveries::Id)
            .to_owned();
        manager.create_index(of_webhook).await?;
        let expires_at = Index::create()
            .name("idx_webhook_deliveries_expires_at")
            .table(WebhookDeliveries::Table)
            .col(WebhookDeliveries::ExpiresAt)
            .to_owned();
        manager.create_index(expires_at).await?;
        // What waits for one that does not answer is passed over by everybody else who looks for what is due.
        let due =
            Index::create().name("idx_jobs_kind_run_at").table(Jobs::Table).col(Jobs::Kind).col(Jobs::RunAt).to_owned();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("idx_jobs_kind_run_at").table(Jobs::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(WebhookDeliveries::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Webhooks::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Webhooks {
    Table,
    Id,
    Url,
    Events,
    Secret,
    Enabled,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum WebhookDeliveries {
    Table,
    Id,
    WebhookId,
    Event,
    MessageId,
    Attempt,
    Outcome,
    Error,
    At,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum Jobs {
    Table,
    Kind,
    RunAt,
}

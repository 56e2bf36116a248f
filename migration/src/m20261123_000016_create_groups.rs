//! Groups of people, and who belongs to them until when.

use sea_orm_migration::{
    prelude::*,
    schema::{json, string, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid},
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table(Groups::Table)
                    .col(uuid(Groups::Id).primary_key())
                    .col(string(Groups::Name).unique_key())
                    .col(json(Groups::PasskeyPolicy))
                    .col(timestamp_with_time_zone(Groups::CreatedAt))
                    .col(timestamp_with_time_zone(Groups::UpdatedAt))
                    .to_owned(),
            )
            .await?;
        let refers = |column: Memberships, table: DynIden, id: DynIden| {
            let mut key = ForeignKey::create();
            key.from(Memberships::Table, column).to(table, id).on_delete(ForeignKeyAction::Cascade).to_owned()
        };
        manager
            .create_table(
                Table::create()
                    .table(Memberships::Table)
                    .col(uuid(Memberships::UserId))
                    .col(uuid(Memberships::GroupId))
                    .col(timestamp_with_time_zone(Memberships::CreatedAt))
                    .col(timestamp_with_time_zone_null(Memberships::ExpiresAt))
                    .primary_key(Index::create().col(Memberships::UserId).col(Memberships::GroupId))
                    .foreign_key(&mut refers(Memberships::UserId, Users::Table.into_iden(), Users::Id.into_iden()))
                    .foreign_key(&mut refers(Memberships::GroupId, Groups::Table.into_iden(), Groups::Id.into_iden()))
                    .to_owned(),
            )
            .await?;
        for (name, column) in
            [("idx_memberships_group_id", Memberships::GroupId), ("idx_memberships_expires_at", Memberships::ExpiresAt)]
        {
            manager.create_index(Index::create().name(name).table(Memberships::Table).col(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(Memberships::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Groups::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Groups {
    Table,
    Id,
    Name,
    PasskeyPolicy,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum Memberships {
    Table,
    UserId,
    GroupId,
    CreatedAt,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
}

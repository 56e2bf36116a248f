//! Members of a group, in the order in which they are listed: one index for both.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The index of before, which the new one begins with.
const OF_GROUP: &str = "idx_memberships_group_id";
const IN_ORDER: &str = "idx_memberships_group_id_user_id";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::create().name(IN_ORDER).table(Memberships::Table).to_owned();
        manager.create_index(index.col(Memberships::GroupId).col(Memberships::UserId).to_owned()).await?;
        manager.drop_index(Index::drop().name(OF_GROUP).table(Memberships::Table).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Index::create().name(OF_GROUP).table(Memberships::Table).col(Memberships::GroupId).to_owned();
        manager.create_index(column).await?;
        manager.drop_index(Index::drop().name(IN_ORDER).table(Memberships::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum Memberships {
    Table,
    GroupId,
    UserId,
}

//! Groups whose members may use a client that is not for everybody.

use sea_orm_migration::{prelude::*, schema::uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let refers = |column: ClientGroups, table: DynIden, id: DynIden| {
            let mut key = ForeignKey::create();
            key.from(ClientGroups::Table, column).to(table, id).on_delete(ForeignKeyAction::Cascade).to_owned()
        };
        let client = (Clients::Table.into_iden(), Clients::Id.into_iden());
        let group = (Groups::Table.into_iden(), Groups::Id.into_iden());
        manager
            .create_table(
                Table::create()
                    .table(ClientGroups::Table)
                    .col(uuid(ClientGroups::ClientId))
                    .col(uuid(ClientGroups::GroupId))
                    .primary_key(Index::create().col(ClientGroups::ClientId).col(ClientGroups::GroupId))
                    .foreign_key(&mut refers(ClientGroups::ClientId, client.0, client.1))
                    .foreign_key(&mut refers(ClientGroups::GroupId, group.0, group.1))
                    .to_owned(),
            )
            .await?;
        let of_group = Index::create()
            .name("idx_client_groups_group_id")
            .table(ClientGroups::Table)
            .col(ClientGroups::GroupId)
            .to_owned();
        manager.create_index(of_group).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(ClientGroups::Table).to_owned()).await
    }
}

#[derive(DeriveIden)]
enum ClientGroups {
    Table,
    ClientId,
    GroupId,
}

#[derive(DeriveIden)]
enum Clients {
    Table,
    Id,
}

#[derive(DeriveIden)]
enum Groups {
    Table,
    Id,
}

//! How many passkeys somebody has: counted when the column comes, and kept by the database from then on.

use entity::{credential, user};
use migration::Migrator;
use sea_orm::{ActiveValue::Unchanged, DatabaseConnection, EntityTrait, IntoActiveModel, Set};
use sea_orm_migration::MigratorTrait;
use uuid::Uuid;

use super::{connect, insert_samples, start};
use crate::harness::database::Copy;

/// Steps before the count.
const BEFORE: usize = 23;

async fn counted(database: &DatabaseConnection) -> i32 {
    user::Entity::find().one(database).await.unwrap().unwrap().passkeys
}

async fn revoke(database: &DatabaseConnection, id: u128) {
    let row = credential::ActiveModel {
        id: Unchanged(Uuid::from_u128(id)),
        revoked_at: Set(Some(start())),
        ..Default::default()
    };
    credential::Entity::update(row).exec(database).await.unwrap();
}

#[tokio::test]
async fn the_count_is_right_from_the_first_and_stays_right() {
    let copy = Copy::empty().await;
    let database = connect(&copy).await;
    for step in 0..BEFORE {
        Migrator::up(&database, Some(1)).await.unwrap();
        insert_samples(step, &database).await;
    }
    let sample = credential::Entity::find().one(&database).await.unwrap().unwrap();
    let add = async |id: u128, revoked: bool| {
        let revoked_at = revoked.then(start);
        let id = Uuid::from_u128(id);
        let row = credential::Model { id, credential_id: id.as_bytes().to_vec(), revoked_at, ..sample.clone() };
        credential::Entity::insert(row.into_active_model()).exec_without_returning(&database).await.unwrap();
    };
    add(2, false).await;
    add(3, true).await;
    Migrator::up(&database, None).await.unwrap();
    assert_eq!(counted(&database).await, 2);
    add(4, false).await;
    add(5, true).await;
    assert_eq!(counted(&database).await, 3);
    // All at once, each on a connection of its own.
    futures_util::future::join_all((10..18).map(|id| add(id, false))).await;
    assert_eq!(counted(&database).await, 11);
    futures_util::future::join_all((10..18).map(|id| revoke(&database, id))).await;
    revoke(&database, 4).await;
    // Revoked it was already.
    revoke(&database, 4).await;
    assert_eq!(counted(&database).await, 2);
    credential::Entity::delete_by_id(Uuid::from_u128(1)).exec(&database).await.unwrap();
    credential::Entity::delete_by_id(Uuid::from_u128(4)).exec(&database).await.unwrap();
    assert_eq!(counted(&database).await, 1);
    let owner = user::Entity::find().one(&database).await.unwrap().unwrap().id;
    user::Entity::delete_by_id(owner).exec(&database).await.unwrap();
    assert!(credential::Entity::find().one(&database).await.unwrap().is_none());
}

//! People, their passkeys, spent challenges and enrolment links.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, blob, boolean, json, string, string_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
        uuid,
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
                    .table(Users::Table)
                    .col(uuid(Users::Id).primary_key())
                    .col(string(Users::Username).unique_key())
                    .col(string(Users::Sub).unique_key())
                    .col(blob(Users::UserHandle).unique_key())
                    .col(string_null(Users::DisplayName))
                    .col(string_null(Users::Email))
                    .col(boolean(Users::EmailVerified))
                    .col(json(Users::Claims))
                    .col(json(Users::Roles))
                    .col(boolean(Users::Enabled))
                    .col(timestamp_with_time_zone(Users::CreatedAt))
                    .col(timestamp_with_time_zone(Users::UpdatedAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Credentials::Table)
                    .col(uuid(Credentials::Id).primary_key())
                    .col(uuid(Credentials::UserId))
                    .col(blob(Credentials::CredentialId).unique_key())
                    .col(blob(Credentials::CoseKey))
                    .col(big_integer(Credentials::SignCount))
                    .col(boolean(Credentials::BackupEligible))
                    .col(boolean(Credentials::BackupState))
                    .col(boolean(Credentials::UserVerified))
                    .col(uuid(Credentials::Aaguid))
                    .col(json(Credentials::Transports))
                    .col(string(Credentials::AttestationFormat))
                    .col(string(Credentials::AttestationTrust))
                    .col(string_null(Credentials::Name))
                    .col(timestamp_with_time_zone(Credentials::CreatedAt))
                    .col(timestamp_with_time_zone_null(Credentials::LastUsedAt))
                    .col(timestamp_with_time_zone_null(Credentials::RevokedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(Credentials::Table, Credentials::UserId)
                            .to(Alias::new("users"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_credentials_user_id")
                    .table(Credentials::Table)
                    .col(Credentials::UserId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(Challenges::Table)
                    .col(blob(Challenges::ChallengeHash).primary_key())
                    .col(timestamp_with_time_zone(Challenges::SpentAt))
                    .col(timestamp_with_time_zone(Challenges::ExpiresAt))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_challenges_expires_at")
                    .table(Challenges::Table)
                    .col(Challenges::ExpiresAt)
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table(EnrollmentLinks::Table)
                    .col(uuid(EnrollmentLinks::Id).primary_key())
                    .col(string(EnrollmentLinks::Kind))
                    .col(uuid(EnrollmentLinks::UserId))
                    .col(blob(EnrollmentLinks::TokenHash).unique_key())
                    .col(timestamp_with_time_zone(EnrollmentLinks::CreatedAt))
                    .col(timestamp_with_time_zone(EnrollmentLinks::ExpiresAt))
                    .col(timestamp_with_time_zone_null(EnrollmentLinks::UsedAt))
                    .col(timestamp_with_time_zone_null(EnrollmentLinks::RevokedAt))
                    .foreign_key(
                        ForeignKey::create()
                            .from(EnrollmentLinks::Table, EnrollmentLinks::UserId)
                            .to(Alias::new("users"), Alias::new("id"))
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_enrollment_links_user_id")
                    .table(EnrollmentLinks::Table)
                    .col(EnrollmentLinks::UserId)
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_enrollment_links_expires_at")
                    .table(EnrollmentLinks::Table)
                    .col(EnrollmentLinks::ExpiresAt)
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(EnrollmentLinks::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Challenges::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Credentials::Table).to_owned()).await?;
        manager.drop_table(Table::drop().table(Users::Table).to_owned()).await?;
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Users {
    Table,
    Id,
    Username,
    Sub,
    UserHandle,
    DisplayName,
    Email,
    EmailVerified,
    Claims,
    Roles,
    Enabled,
    CreatedAt,
    UpdatedAt,
}

#[derive(DeriveIden)]
enum Credentials {
    Table,
    Id,
    UserId,
    CredentialId,
    CoseKey,
    SignCount,
    BackupEligible,
    BackupState,
    UserVerified,
    Aaguid,
    Transports,
    AttestationFormat,
    AttestationTrust,
    Name,
    CreatedAt,
    LastUsedAt,
    RevokedAt,
}

#[derive(DeriveIden)]
enum Challenges {
    Table,
    ChallengeHash,
    SpentAt,
    ExpiresAt,
}

#[derive(DeriveIden)]
enum EnrollmentLinks {
    Table,
    Id,
    Kind,
    UserId,
    TokenHash,
    CreatedAt,
    ExpiresAt,
    UsedAt,
    RevokedAt,
}

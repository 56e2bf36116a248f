//! How lists are asked for.

use poem_openapi::Enum;

/// People by name or by age; a leading `-` turns the order round. By `username` where it is not said.
#[derive(Enum)]
pub enum UserSort {
    /// From a to z.
    #[oai(rename = "username")]
    Username,
    /// From z to a.
    #[oai(rename = "-username")]
    UsernameDescending,
    /// Oldest first.
    #[oai(rename = "created_at")]
    CreatedAt,
    /// Newest first.
    #[oai(rename = "-created_at")]
    CreatedAtDescending,
}

/// Apps by name or by age; a leading `-` turns the order round. By `client_name` where it is not said.
#[derive(Enum)]
pub enum ClientSort {
    /// From a to z.
    #[oai(rename = "client_name")]
    ClientName,
    /// From z to a.
    #[oai(rename = "-client_name")]
    ClientNameDescending,
    /// Oldest first.
    #[oai(rename = "created_at")]
    CreatedAt,
    /// Newest first.
    #[oai(rename = "-created_at")]
    CreatedAtDescending,
}

/// Groups by name or by age; a leading `-` turns the order round. By `name` where it is not said.
#[derive(Enum)]
pub enum NameSort {
    /// From a to z.
    #[oai(rename = "name")]
    Name,
    /// From z to a.
    #[oai(rename = "-name")]
    NameDescending,
    /// Oldest first.
    #[oai(rename = "created_at")]
    CreatedAt,
    /// Newest first.
    #[oai(rename = "-created_at")]
    CreatedAtDescending,
}

/// By age; a leading `-` turns the order round.
#[derive(Enum)]
pub enum AgeSort {
    /// As the list is where it is not said.
    #[oai(rename = "created_at")]
    CreatedAt,
    /// The other way round.
    #[oai(rename = "-created_at")]
    CreatedAtDescending,
}

/// By time; a leading `-` turns the order round.
#[derive(Enum)]
pub enum TimeSort {
    /// Newest first, as where it is not said.
    #[oai(rename = "at")]
    At,
    /// Oldest first.
    #[oai(rename = "-at")]
    AtDescending,
}

/// Whether it was done.
#[derive(Enum)]
#[oai(rename_all = "lowercase")]
pub enum Outcome {
    /// It was.
    Success,
    /// It was not.
    Failure,
}

/// A file of lines.
#[derive(Enum)]
#[oai(rename_all = "lowercase")]
pub enum ExportFormat {
    /// A line of JSON for each.
    Jsonl,
    /// RFC 4180, with a first line of names.
    Csv,
}

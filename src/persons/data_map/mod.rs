//! The data map: every column of every table, whether it is about a person, why it is held, what an erasure
//! makes of it, and which retention rule ends it. `tests/it/data_map.rs` compares it with the database.
//!
//! A new table gets its lines in `people.rs` when it is about contacts, else in `house.rs`.

use std::sync::LazyLock;

use sea_orm::{ColumnTrait, ColumnType, IdenStatic, Iterable, PrimaryKeyToColumn};

/// Whether a column says something about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// It identifies a person, or says something about one.
    Personal,
    /// It leads to a person by an id, a fingerprint or another row only.
    Pseudonymous,
    /// Neither.
    Technical,
}

/// Whom a table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A contact, or somebody who may become one.
    Contact,
    /// A member of the staff.
    Staff,
    /// A company, a deal or a recipient: its texts may name people.
    Business,
    /// Nobody.
    Nobody,
}

/// What the erasure of a contact makes of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnErasure {
    /// Its row is deleted.
    DeleteRow,
    /// The value is emptied; its row stays, without the person.
    Empty,
    /// The key that sealed it is destroyed, and the value with it.
    DestroyKey,
    /// It is not the person's. The residue scan searches it for them and says where it found them.
    Scan,
    /// It stays, for this reason.
    Keep(&'static str),
}

/// The retention rule that ends a row. What each says, with its length, stands with the rules themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Contacts, and everything that goes with them.
    Contacts,
    /// What visitors sent and did not confirm: 72 hours, its row 180 days.
    Unconfirmed,
    /// What protects a mailbox from mails it does not want.
    Mailboxes,
    /// Records of mails that left.
    Mails,
    /// Questions to mailboxes: an hour, or until answered.
    MailboxProofs,
    /// Copies of data that were built for a person: some days.
    Packages,
    /// Requests of persons, and their exchange: five years after the answer.
    Requests,
    /// What is kept of erased contacts: until the end that each row states.
    Archive,
    /// The ledger of erasures, and whom they were told to: as long as backups and claims last.
    Erasures,
    /// Fingerprints of those who do not want to be written to: three years at least, and while they are a
    /// contact.
    Suppressions,
    /// The record of acts, by ids only: while the workspace exists.
    Journal,
    /// Companies and deals: while staff keep them.
    Business,
    /// Members of the staff: while the workspace exists.
    Staff,
    /// Sessions and other traces of use: twelve months after they ended.
    Usage,
}

/// A part of a table's primary key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPart {
    /// The column.
    pub name: &'static str,
    /// What it holds.
    pub kind: KeyKind,
}

/// What a part of a primary key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A UUID.
    Id,
    /// A text.
    Text,
    /// Bytes.
    Bytes,
    /// An integer of 32 bits.
    Small,
    /// An integer of 64 bits.
    Number,
}

/// A table of the map.
#[derive(Debug)]
pub struct Table {
    /// Its name in the database.
    pub name: &'static str,
    /// Whom it is about.
    pub subject: Subject,
    /// Why it is held.
    pub why: &'static str,
    /// The rule that ends its rows; none when nothing in it is about a person.
    pub rule: Option<Rule>,
    /// Its primary key, in order.
    pub key: fn() -> Vec<KeyPart>,
    /// Its columns in groups, separated by spaces; those of text end with `*`.
    groups: &'static [(Class, OnErasure, &'static str)],
}

/// A column of the map.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its table.
    pub table: &'static str,
    /// Its name in the database.
    pub name: &'static str,
    /// Whether it holds text, JSON or words, which the residue scan searches.
    pub is_text: bool,
    /// Whether it says something about a person.
    pub class: Class,
    /// Whom its table is about.
    pub subject: Subject,
    /// Why its table is held.
    pub why: &'static str,
    /// What the erasure of a contact makes of it.
    pub on_erasure: OnErasure,
    /// The rule that ends its row.
    pub rule: Option<Rule>,
}

/// Tables: name, subject, rule, why it is held, and its columns in groups: class, what an erasure makes of
/// them, names separated by spaces.
macro_rules! map {
    ($($table:ident: $subject:ident, $rule:expr, $why:literal {
        $($class:ident $erasure:ident $(($reason:ident))? $names:literal;)*
    })*) => {
        pub(super) static TABLES: &[Table] = &[$(Table {
            name: stringify!($table),
            subject: $subject,
            why: $why,
            rule: $rule,
            key: key_of::<entity::$table::PrimaryKey>,
            groups: &[$(($class, $erasure $(($reason))?, $names)),*],
        }),*];
    };
}

mod house;
mod people;

/// Every table of the database.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    people::TABLES.iter().chain(house::TABLES)
}

/// Every column of the database.
#[must_use]
pub fn data_map() -> &'static [Column] {
    static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| tables().flat_map(columns).collect());
    &COLUMNS
}

fn key_of<P: PrimaryKeyToColumn + Iterable + IdenStatic>() -> Vec<KeyPart> {
    let part = |part: P| KeyPart {
        name: IdenStatic::as_str(&part),
        kind: match part.into_column().def().get_column_type() {
            ColumnType::Uuid => KeyKind::Id,
            ColumnType::Integer => KeyKind::Small,
            ColumnType::BigInteger => KeyKind::Number,
            ColumnType::Blob | ColumnType::VarBinary(_) | ColumnType::Binary(_) => KeyKind::Bytes,
            _ => KeyKind::Text,
        },
    };
    P::iter().map(part).collect()
}

fn columns(table: &'static Table) -> impl Iterator<Item = Column> {
    table.groups.iter().flat_map(move |(class, on_erasure, names)| {
        names.split_whitespace().map(move |name| Column {
            table: table.name,
            name: name.trim_end_matches('*'),
            is_text: name.ends_with('*'),
            class: *class,
            subject: table.subject,
            why: table.why,
            on_erasure: *on_erasure,
            rule: table.rule,
        })
    })
}

//! By what an erased person is looked for afterwards: addresses, telephone number, full name, external id.
//! Kept sealed in a row of the scan, whose key goes when the scan ends; never in a job.

use std::collections::{BTreeSet, HashMap};

use aho_corasick::AhoCorasick;
use entity::{
    ContactId, DataKeyId, ErasureId, KeyOwner, WorkspaceId, contact, contact_address, contact_alias,
    data_key, residue_scan,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    platform::{
        data_keys,
        fold::{fold, is_of_word},
        origin::in_letters,
        vault::{Place, Vault},
        work::Work,
    },
};

/// Shorter names and external ids would be found everywhere: nobody is told of those.
const SHORTEST: usize = 5;
/// The end of a telephone number, which is the same with and without the country's code.
const PHONE: usize = 8;
/// Keys read in one statement.
const CHUNK: usize = 500;
/// The most digits of a telephone number (E.164), with a trunk zero.
const LONGEST_PHONE: usize = 16;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identifiers {
    /// Folded addresses and external ids.
    pub words: Vec<String>,
    /// The folded full name, both ways round.
    pub names: Vec<String>,
    /// The last digits of the telephone number.
    pub phones: Vec<String>,
}

impl Identifiers {
    pub(super) fn of(contact: &contact::Model, addresses: &[contact_address::Model]) -> Self {
        let mut found = Self::default();
        for address in addresses {
            found.words.push(fold(&address.email));
            found.words.push(fold(&address.email_key));
            if let Some((local, domain)) = address.email.rsplit_once('@') {
                found.words.push(fold(&format!("{local}@{}", in_letters(domain))));
            }
        }
        found
            .words
            .extend(contact.external_id.as_deref().map(fold).filter(|id| id.chars().count() >= SHORTEST));
        let (given, family) = (fold(&contact.given_name), fold(&contact.family_name));
        if !given.is_empty() && !family.is_empty() {
            found.names = vec![format!("{given} {family}"), format!("{family} {given}")];
        }
        found.names.retain(|name| name.chars().count() >= SHORTEST);
        let digits: Vec<char> = contact.phone.chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= PHONE {
            found.phones.push(digits[digits.len() - PHONE..].iter().collect());
        }
        found.words.sort_unstable();
        found.words.dedup();
        found.words.retain(|word| !word.is_empty());
        found
    }
}

/// Looks for many people at once, so that a run of retention costs one search and not thousands.
pub(super) struct Searcher {
    parts: AhoCorasick,
    /// By part: whose it is, and whether it is a full name.
    owners: Vec<(usize, bool)>,
    phones: HashMap<String, Vec<usize>>,
}

impl Searcher {
    pub(super) fn new(people: &[Identifiers]) -> Result<Self> {
        let (mut texts, mut owners) = (Vec::new(), Vec::new());
        let mut phones: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, one) in people.iter().enumerate() {
            let parts =
                one.words.iter().map(|word| (word, false)).chain(one.names.iter().map(|name| (name, true)));
            for (part, is_name) in parts {
                texts.push(part.as_str());
                owners.push((at, is_name));
            }
            for phone in &one.phones {
                phones.entry(phone.clone()).or_default().push(at);
            }
        }
        let parts = AhoCorasick::new(&texts).map_err(|error| Error::Internal(error.into()))?;
        Ok(Self { parts, owners, phones })
    }

    /// Whose identifiers a text holds, each once. `names`: whether a full name counts, too.
    pub(super) fn who(&self, text: &str, names: bool) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        if text.is_empty() {
            return found;
        }
        let folded = fold(text);
        for hit in self.parts.find_overlapping_iter(&folded) {
            let (owner, is_name) = self.owners[hit.pattern().as_usize()];
            if (names || !is_name) && stands_alone(&folded, hit.start(), hit.end()) {
                found.insert(owner);
            }
        }
        if !self.phones.is_empty() {
            self.find_phones(text, &mut found);
        }
        found
    }

    /// Numbers are written with spaces, dots and the like between their digits.
    fn find_phones(&self, text: &str, found: &mut BTreeSet<usize>) {
        let mut digits = String::new();
        for c in text.chars().chain(['\n']) {
            match c {
                _ if c.is_ascii_digit() => digits.push(c),
                ' ' | '.' | '-' | '/' | '(' | ')' | '\u{a0}' | '\u{202f}' => {}
                _ => {
                    // A longer run, of hexadecimal digits say, is no telephone number.
                    if (PHONE..=LONGEST_PHONE).contains(&digits.len())
                        && let Some(owners) = self.phones.get(&digits[digits.len() - PHONE..])
                    {
                        found.extend(owners);
                    }
                    digits.clear();
                }
            }
        }
    }
}

/// Whether a part stands in the text by itself, and not inside a longer word or address.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let is_address = text[start..end].contains('@');
    let inside = |c: char| is_of_word(c) || is_address && matches!(c, '.' | '+' | '-' | '_');
    let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
    !before.is_some_and(inside) && !after.is_some_and(is_of_word)
}

fn place(workspace: WorkspaceId, erasure: ErasureId) -> Place {
    Place { workspace, table: "residue_scan", column: "sealed", row: erasure.0 }
}

/// Seals what the scan will look for, under a key of the scan's own.
pub(super) async fn seal(
    work: &Work,
    vault: &Vault,
    erasure: ErasureId,
    contact: &contact::Model,
    addresses: &[contact_address::Model],
) -> Result<()> {
    let mut identifiers = Identifiers::of(contact, addresses);
    identifiers.words.extend(merged_external_ids(work, contact.id).await?);
    let plain = serde_json::to_vec(&identifiers)?;
    let (key, wrapped) = vault.new_data_key(work.workspace())?;
    data_keys::keep(work, &key, wrapped, KeyOwner::Archive, erasure.0).await?;
    let row = residue_scan::ActiveModel {
        workspace_id: Set(work.workspace()),
        erasure_id: Set(erasure),
        data_key_id: Set(key.id),
        sealed: Set(key.seal(&place(work.workspace(), erasure), &plain)?),
        reached: Set(String::new()),
        found: Set("{}".to_owned()),
    };
    residue_scan::Entity::insert(row).exec_without_returning(work.db()).await?;
    Ok(())
}

/// The external ids of contacts who were merged into this one.
async fn merged_external_ids(work: &Work, contact: ContactId) -> Result<Vec<String>> {
    let rows = contact_alias::Entity::find()
        .filter(contact_alias::Column::WorkspaceId.eq(work.workspace()))
        .filter(contact_alias::Column::ContactId.eq(contact))
        .filter(contact_alias::Column::ExternalId.is_not_null())
        .all(work.db())
        .await?;
    let ids = rows.iter().filter_map(|row| row.external_id.as_deref()).map(fold);
    Ok(ids.filter(|id| id.chars().count() >= SHORTEST).collect())
}

/// Opens what scans look for, in their order; nothing for one whose key is gone.
pub(super) async fn open(
    db: &impl ConnectionTrait,
    vault: &Vault,
    workspace: WorkspaceId,
    rows: &[residue_scan::Model],
) -> Result<Vec<Identifiers>> {
    let mut wrapped: HashMap<DataKeyId, Vec<u8>> = HashMap::with_capacity(rows.len());
    for rows in rows.chunks(CHUNK) {
        let keys = data_key::Entity::find()
            .filter(data_key::Column::WorkspaceId.eq(workspace))
            .filter(data_key::Column::Id.is_in(rows.iter().map(|row| row.data_key_id)))
            .all(db)
            .await?;
        wrapped.extend(keys.into_iter().map(|key| (key.id, key.wrapped)));
    }
    let open = |row: &residue_scan::Model| {
        let Some(wrapped) = wrapped.get(&row.data_key_id) else { return Ok(Identifiers::default()) };
        let key = vault.open_data_key(workspace, row.data_key_id, wrapped)?;
        let plain = key.open(&place(workspace, row.erasure_id), &row.sealed)?;
        Ok(serde_json::from_slice(&plain)?)
    };
    rows.iter().map(open).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada_and_bob() -> Searcher {
        let ada = Identifiers {
            words: vec!["ada@example.org".to_owned(), "crm-00042".to_owned()],
            names: vec!["ada lovelace".to_owned(), "lovelace ada".to_owned()],
            phones: vec!["12345678".to_owned()],
        };
        let bob = Identifiers { words: vec!["bob@example.org".to_owned()], ..Identifiers::default() };
        Searcher::new(&[ada, bob]).unwrap()
    }

    #[test]
    fn people_are_found_however_they_are_written() {
        let searcher = ada_and_bob();
        for text in [
            "write to ADA@Example.org.",
            "{\"email\":\"ada@example.org\"}",
            "Adá  Lovelace called",
            "LOVELACE Ada",
            "06 12 34 56 78",
            "tel. +33 (0)6.12.34.56.78, in the morning",
            "see CRM-00042",
        ] {
            assert_eq!(searcher.who(text, true), BTreeSet::from([0]), "{text}");
        }
        assert_eq!(searcher.who("ada@example.org, bob@example.org", true), BTreeSet::from([0, 1]));
    }

    #[test]
    fn others_are_not_taken_for_them() {
        let searcher = ada_and_bob();
        for text in [
            "nada@example.org",
            "x.ada@example.org",
            "ada@example.organic",
            "Ada Lovelacey",
            "Canada Lovelace",
            "crm-000421",
            "612345679",
            "0123456781234567812345678",
            "",
        ] {
            assert!(searcher.who(text, true).is_empty(), "{text}");
        }
        assert!(searcher.who("Ada Lovelace", false).is_empty(), "a namesake's own name");
    }
}

//! Joins the consents of two contacts who turn out to be the same person, per purpose and channel.
//!
//! A current denial of either wins; of two given consents the newer one is kept, with the address that proved
//! it, and both proofs stay. `join` returns the greater of two under a total order, so the order of merges
//! does not matter. Besides `state`, the only code that writes `consent`.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{
    Channel, ConsentId, ConsentState, ContactAddressId, ContactId, EntryId, PurposeId, PurposeVersionId,
    SuppressionReason, Time, consent, consent_alias, contact_address, journal, suppression,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use serde::Deserialize;

use super::state::{self, Act, act_of, fold, is_denial};
use crate::{
    error::Result,
    platform::work::{Entry, Work},
};

/// The state of one purpose and channel for one of the two contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The state.
    pub state: ConsentState,
    /// When it entered this state.
    pub since: Time,
    /// The entry that recorded it.
    pub entry: EntryId,
    /// The address that proved the last given consent.
    pub address: Option<ContactAddressId>,
    /// When the given consent expires.
    pub expires_at: Option<Time>,
    /// The entry of the last given consent.
    pub given: Option<EntryId>,
    /// The text that was shown; `None` if the person only said that everything must stop.
    pub purpose_version: Option<PurposeVersionId>,
}

impl Standing {
    /// Denials rank above given consents, these above never asked and ended ones; then the later, then the
    /// greater entry id, so two different standings never tie.
    fn rank(&self) -> (u8, Time, EntryId) {
        let class = match self.state {
            denial if is_denial(denial) => 3,
            ConsentState::Given => 2,
            ConsentState::Expired => 1,
            _ => 0,
        };
        (class, self.since, self.entry)
    }
}

/// The joined standing of one person.
#[must_use]
pub fn join(one: Standing, other: Standing) -> Standing {
    if other.rank() > one.rank() { other } else { one }
}

/// Computes the state of each purpose and channel from journal entries about one person, in journal order and
/// under any of the person's ids. The `consent` table must equal the result.
///
/// # Errors
/// `Internal` when an entry cannot be parsed.
pub fn fold_entries<'a>(
    entries: impl IntoIterator<Item = &'a journal::Model>,
) -> Result<BTreeMap<(PurposeId, Channel), Act>> {
    #[derive(Deserialize)]
    struct Bytes {
        data: Data,
    }
    #[derive(Deserialize)]
    struct Data {
        purpose: PurposeId,
        channel: Channel,
        to: Option<ConsentState>,
        since: Option<Time>,
    }
    let mut acts: BTreeMap<(PurposeId, Channel), Vec<Act>> = BTreeMap::new();
    for entry in entries.into_iter().filter(|entry| entry.kind.starts_with("consent.")) {
        let Bytes { data } = serde_json::from_str(&entry.bytes)?;
        let act = match (data.to, data.since) {
            (Some(state), Some(at)) => Some(joined(state, at)),
            _ => act_of(&entry.kind, entry.at),
        };
        acts.entry((data.purpose, data.channel)).or_default().extend(act);
    }
    Ok(acts.into_iter().filter_map(|(key, acts)| Some((key, fold(acts)?))).collect())
}

/// The act recorded by a `consent.joined` entry. As always, a given consent was proven by a mailbox.
fn joined(state: ConsentState, at: Time) -> Act {
    Act { state, at, proven_by_mailbox: state == ConsentState::Given, joined: true }
}

/// The consents of one of the two contacts.
struct Side {
    contact: ContactId,
    rows: Vec<consent::Model>,
    /// When each scope was last suppressed, and by which entry.
    suppressed: HashMap<String, (Time, EntryId)>,
}

impl Side {
    /// The standing for a purpose and channel: from its row, or from a later "stop" that was recorded without
    /// one.
    fn standing(&self, purpose: PurposeId, channel: Channel) -> Option<Standing> {
        let row = self.row(purpose, channel);
        let stopped = [state::scope(purpose, channel), "ALL".to_owned()]
            .iter()
            .filter_map(|scope| self.suppressed.get(scope))
            .max()
            .copied();
        let mut standing = row.map(|row| Standing {
            state: row.state,
            since: row.since,
            entry: row.entry_id,
            address: row.address_id,
            expires_at: row.expires_at,
            given: row.given_entry_id,
            purpose_version: Some(row.purpose_version_id),
        });
        if let Some((at, entry)) = stopped
            && standing.as_ref().is_none_or(|standing| !is_denial(standing.state) && at >= standing.since)
        {
            let blank = Standing {
                state: ConsentState::Withdrawn,
                since: at,
                entry,
                address: None,
                expires_at: None,
                given: None,
                purpose_version: None,
            };
            standing = Some(match standing {
                Some(before) => Standing { state: blank.state, since: at, entry, ..before },
                None => blank,
            });
        }
        standing
    }

    fn row(&self, purpose: PurposeId, channel: Channel) -> Option<&consent::Model> {
        self.rows.iter().find(|row| row.purpose_id == purpose && row.channel == channel)
    }
}

/// Joins the consents of `other` into those of `survivor`. The caller holds the locks of both and their
/// mailboxes, and has not moved any address yet.
///
/// # Errors
/// Database errors only.
pub async fn join_consents(work: &mut Work, survivor: ContactId, other: ContactId) -> Result<()> {
    let rows = consent::Entity::find()
        .filter(consent::Column::WorkspaceId.eq(work.workspace()))
        .filter(consent::Column::ContactId.is_in([survivor, other]))
        .order_by_asc(consent::Column::Id)
        .lock_exclusive()
        .all(work.db())
        .await?;
    // A consent that has expired but was not processed yet must not count as given.
    let mut swept = Vec::with_capacity(rows.len());
    for mut row in rows {
        let over = row.state == ConsentState::Given && row.expires_at.is_some_and(|at| at <= work.now());
        if over && state::end(work, &row, ConsentState::Expired, Entry::new("consent.expired")).await? {
            row =
                consent::Entity::find_by_id((row.workspace_id, row.id)).one(work.db()).await?.unwrap_or(row);
        }
        swept.push(row);
    }
    let mine = side(work, survivor, &swept).await?;
    let theirs = side(work, other, &swept).await?;
    let mut seen = HashSet::new();
    for (purpose, channel) in swept.iter().map(|row| (row.purpose_id, row.channel)) {
        if seen.insert((purpose, channel)) {
            join_one(work, &mine, &theirs, purpose, channel).await?;
        }
    }
    Ok(())
}

async fn side(work: &Work, contact: ContactId, rows: &[consent::Model]) -> Result<Side> {
    let addresses = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(work.workspace()))
        .filter(contact_address::Column::ContactId.eq(contact))
        .all(work.db())
        .await?;
    // A complaint does not concern a single consent: nothing is sent to that person whatever the state.
    let suppressions = suppression::Entity::find()
        .filter(suppression::Column::WorkspaceId.eq(work.workspace()))
        .filter(
            suppression::Column::Fingerprint.is_in(addresses.into_iter().map(|address| address.fingerprint)),
        )
        .filter(suppression::Column::Reason.ne(SuppressionReason::Complaint))
        .all(work.db())
        .await?;
    let mut suppressed: HashMap<String, (Time, EntryId)> = HashMap::new();
    for row in suppressions {
        let known = suppressed.entry(row.scope).or_insert((row.at, row.entry_id));
        *known = (*known).max((row.at, row.entry_id));
    }
    Ok(Side {
        contact,
        rows: rows.iter().filter(|row| row.contact_id == contact).cloned().collect(),
        suppressed,
    })
}

async fn join_one(
    work: &mut Work,
    mine: &Side,
    theirs: &Side,
    purpose: PurposeId,
    channel: Channel,
) -> Result<()> {
    let (my_row, their_row) = (mine.row(purpose, channel), theirs.row(purpose, channel));
    let (before, other) = (mine.standing(purpose, channel), theirs.standing(purpose, channel));
    let (Some(row), Some(result)) =
        (my_row.or(their_row), before.clone().into_iter().chain(other.clone()).reduce(join))
    else {
        return Ok(());
    };
    if their_row.is_none() && result.state == row.state && result.since == row.since {
        return Ok(()); // Only the survivor has a row, and the other contact has nothing against it.
    }
    let given = result.given.or(row.given_entry_id).or(their_row.and_then(|row| row.given_entry_id));
    let mut entry = Entry::new("consent.joined")
        .about(mine.contact)
        .on(row.id)
        .with("purpose", purpose)
        .with("channel", channel)
        .with("other", theirs.contact)
        .with("to", result.state)
        .with("since", result.since);
    if let Some(standing) = &before {
        entry = entry.with("from", standing.state);
    }
    if let Some(standing) = &other {
        entry = entry.with("joined", standing.state);
    }
    if let (Some(_), Some(gone)) = (my_row, their_row) {
        entry = entry.with("otherConsent", gone.id);
    }
    if let Some(address) = result.address {
        entry = entry.with("address", address);
    }
    if let Some(given) = given {
        entry = entry.with("given", given);
    }
    let entry = work.record(entry);
    let mut update = row.clone().into_active_model();
    update.contact_id = Set(mine.contact);
    update.state = Set(result.state);
    update.since = Set(result.since);
    update.expires_at = Set(result.expires_at);
    let told = my_row.into_iter().chain(their_row).find(|row| row.expires_at == result.expires_at);
    update.told_end = Set(told.and_then(|row| row.told_end));
    update.address_id = Set(result.address);
    update.purpose_version_id = Set(result.purpose_version.unwrap_or(row.purpose_version_id));
    update.given_entry_id = Set(given);
    update.entry_id = Set(entry);
    if let (Some(_), Some(gone)) = (my_row, their_row) {
        // The deleted row's id still finds the consent, as does the given consent that the remaining row does
        // not refer to.
        let unnamed = [row.given_entry_id, gone.given_entry_id]
            .into_iter()
            .flatten()
            .find(|entry| Some(*entry) != given);
        retire(work, gone, row.id, unnamed, entry).await?;
    }
    consent::Entity::update(update).exec(work.db()).await?;
    Ok(())
}

async fn retire(
    work: &Work,
    gone: &consent::Model,
    living: ConsentId,
    given: Option<EntryId>,
    entry: EntryId,
) -> Result<()> {
    consent_alias::Entity::update_many()
        .col_expr(consent_alias::Column::ConsentId, Expr::value(living))
        .filter(consent_alias::Column::WorkspaceId.eq(work.workspace()))
        .filter(consent_alias::Column::ConsentId.eq(gone.id))
        .exec(work.db())
        .await?;
    consent::Entity::delete_by_id((gone.workspace_id, gone.id)).exec(work.db()).await?;
    let alias = consent_alias::ActiveModel {
        workspace_id: Set(work.workspace()),
        old_id: Set(gone.id),
        consent_id: Set(living),
        given_entry_id: Set(given),
        entry_id: Set(entry),
    };
    consent_alias::Entity::insert(alias).exec_without_returning(work.db()).await?;
    Ok(())
}

#[cfg(test)]
mod tests;

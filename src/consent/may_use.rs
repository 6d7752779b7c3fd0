//! Whether a contact may be used for a purpose by a channel, defined once as a SQL expression with a reason.
//! Reasons come in a fixed order and exclude each other. The question about one contact and the lists run the same text.

use std::collections::HashMap;

use entity::{Channel, ContactId, PurposeId, WorkspaceId};
use sea_orm::{ConnectionTrait, Value};

use crate::{
    app::App,
    error::{Error, Result},
    platform::db::sql,
};

/// Whether we may, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum Usability {
    /// We may.
    Usable,
    /// Processing is restricted (Art. 18).
    Restricted,
    /// The purpose has ended.
    PurposeEnded,
    /// The purpose does not use this channel.
    ChannelNotCovered,
    /// The person complained to their mail provider.
    Complained,
    /// The person withdrew their consent.
    Withdrawn,
    /// The controller ended the consent.
    Revoked,
    /// The person said no.
    Refused,
    /// The consent turned out not to hold.
    Invalidated,
    /// The mailbox is suppressed: withdrawn, objected or erased.
    Suppressed,
    /// There is no address for this channel.
    NoAddress,
    /// The mailbox did not exist a few days ago.
    Bounced,
    /// The person was never asked.
    NeverAsked,
    /// Asked, no answer yet.
    Requested,
    /// The consent's validity ran out.
    Expired,
    /// The address in use is not the one that proved the consent.
    AddressNotProven,
    /// The purpose rests on another basis, and none is recorded for this person.
    NoBasis,
}

const NAMES: [(&str, Usability); 17] = [
    ("USABLE", Usability::Usable),
    ("RESTRICTED", Usability::Restricted),
    ("PURPOSE_ENDED", Usability::PurposeEnded),
    ("CHANNEL_NOT_COVERED", Usability::ChannelNotCovered),
    ("COMPLAINED", Usability::Complained),
    ("WITHDRAWN", Usability::Withdrawn),
    ("REVOKED", Usability::Revoked),
    ("REFUSED", Usability::Refused),
    ("INVALIDATED", Usability::Invalidated),
    ("SUPPRESSED", Usability::Suppressed),
    ("NO_ADDRESS", Usability::NoAddress),
    ("BOUNCED", Usability::Bounced),
    ("NEVER_ASKED", Usability::NeverAsked),
    ("REQUESTED", Usability::Requested),
    ("EXPIRED", Usability::Expired),
    ("ADDRESS_NOT_PROVEN", Usability::AddressNotProven),
    ("NO_BASIS", Usability::NoBasis),
];

/// `$1` workspace, `$2` purpose, `$3` channel, `$4` now, `$5` scope; `c` is the contact's row, `k` its consent's, `a` its
/// primary address's.
const EXPRESSION: &str = "CASE
    WHEN c.restricted_at IS NOT NULL THEN 'RESTRICTED'
    WHEN EXISTS (SELECT 1 FROM suppression s JOIN contact_address x ON x.workspace_id = s.workspace_id AND x.fingerprint = s.fingerprint
        WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id AND s.reason = 'COMPLAINT') THEN 'COMPLAINED'
    WHEN k.state IN ('WITHDRAWN', 'REVOKED', 'REFUSED', 'INVALIDATED') THEN k.state
    WHEN EXISTS (SELECT 1 FROM suppression s JOIN contact_address x ON x.workspace_id = s.workspace_id AND x.fingerprint = s.fingerprint
        WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id
        AND s.scope IN ($5, 'ALL') AND (k.since IS NULL OR s.at >= k.since)) THEN 'SUPPRESSED'
    WHEN $3 = 'EMAIL' AND a.id IS NULL THEN 'NO_ADDRESS'
    WHEN $3 IN ('PHONE', 'SMS') AND c.phone = '' THEN 'NO_ADDRESS'
    WHEN $3 = 'EMAIL' AND EXISTS (SELECT 1 FROM mailbox m WHERE m.workspace_id = a.workspace_id AND m.fingerprint = a.fingerprint
        AND m.bounced_until > $4) THEN 'BOUNCED'
    WHEN p.legal_basis = 'CONSENT' THEN CASE
        WHEN k.state IS NULL THEN 'NEVER_ASKED'
        WHEN k.state = 'GIVEN' AND k.expires_at <= $4 THEN 'EXPIRED'
        WHEN k.state = 'GIVEN' AND (a.id IS NULL OR k.address_id <> a.id OR a.verified_at IS NULL) THEN 'ADDRESS_NOT_PROVEN'
        WHEN k.state = 'GIVEN' THEN 'USABLE'
        ELSE k.state END
    WHEN EXISTS (SELECT 1 FROM basis b WHERE b.workspace_id = c.workspace_id AND b.contact_id = c.id AND b.purpose_id = p.id
        AND (b.until IS NULL OR b.until > $4)) THEN 'USABLE'
    ELSE 'NO_BASIS' END";

/// Asks for several contacts at once, in one statement. Contacts that do not exist are left out.
///
/// # Errors
/// `NotFound` when there is no such purpose.
pub async fn may_use(
    app: &App,
    workspace: WorkspaceId,
    purpose: PurposeId,
    channel: Channel,
    contacts: &[ContactId],
) -> Result<HashMap<ContactId, Usability>> {
    let row = super::load_purpose(app.db(), workspace, purpose).await?;
    let covered: Vec<Channel> = serde_json::from_str(&row.channels)?;
    let fixed = if row.archived_at.is_some() {
        Some(Usability::PurposeEnded)
    } else if !covered.contains(&channel) {
        Some(Usability::ChannelNotCovered)
    } else {
        None
    };
    if contacts.is_empty() {
        return Ok(HashMap::new());
    }
    let mut values: Vec<Value> =
        vec![workspace.into(), purpose.into(), channel.into(), app.now().into(), super::state::scope(purpose, channel).into()];
    let places: Vec<String> = contacts
        .iter()
        .map(|contact| {
            values.push((*contact).into());
            format!("${}", values.len())
        })
        .collect();
    let text = format!(
        "SELECT c.id AS id, {EXPRESSION} AS reason FROM contact c
        JOIN purpose p ON p.workspace_id = c.workspace_id AND p.id = $2
        LEFT JOIN consent k ON k.workspace_id = c.workspace_id AND k.contact_id = c.id AND k.purpose_id = $2 AND k.channel = $3
        LEFT JOIN contact_address a ON a.workspace_id = c.workspace_id AND a.id = c.primary_address_id
        WHERE c.workspace_id = $1 AND c.id IN ({})",
        places.join(",")
    );
    let mut answers = HashMap::with_capacity(contacts.len());
    for row in app.db().query_all_raw(sql(app.db(), &text, values)).await? {
        let reason: String = row.try_get("", "reason")?;
        let known = NAMES.iter().find(|(name, _)| *name == reason).map(|(_, known)| *known);
        answers.insert(row.try_get("", "id")?, fixed.or(known).ok_or_else(|| Error::internal("an unknown reason not to use a contact"))?);
    }
    Ok(answers)
}

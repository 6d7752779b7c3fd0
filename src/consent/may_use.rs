//! Whether a contact may be used for a purpose by a channel, defined once as a SQL expression with a reason.
//! Reasons come in a fixed order and exclude each other. The question about one contact and the lists run the same text.

use std::collections::HashMap;

use entity::{Channel, ContactId, PurposeId, Time, WorkspaceId};

use crate::{
    app::App,
    error::{Error, Result},
    platform::query::Query,
};

/// Whether we may, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// `c` is the contact's row, `k` its consent's, `a` its primary address's, `p` the purpose's; what is in braces are values.
const EXPRESSION: &str = "CASE
    WHEN c.restricted_at IS NOT NULL THEN 'RESTRICTED'
    WHEN EXISTS (SELECT 1 FROM suppression s JOIN contact_address x ON x.workspace_id = s.workspace_id AND x.fingerprint = s.fingerprint
        WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id AND s.reason = 'COMPLAINT') THEN 'COMPLAINED'
    WHEN k.state IN ('WITHDRAWN', 'REVOKED', 'REFUSED', 'INVALIDATED') THEN k.state
    WHEN EXISTS (SELECT 1 FROM suppression s JOIN contact_address x ON x.workspace_id = s.workspace_id AND x.fingerprint = s.fingerprint
        WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id
        AND s.scope IN ({scope}, 'ALL') AND (k.since IS NULL OR s.at >= k.since)) THEN 'SUPPRESSED'
    WHEN {channel} = 'EMAIL' AND a.id IS NULL THEN 'NO_ADDRESS'
    WHEN {channel} IN ('PHONE', 'SMS') AND c.phone = '' THEN 'NO_ADDRESS'
    WHEN {channel} = 'EMAIL' AND EXISTS (SELECT 1 FROM mailbox m WHERE m.workspace_id = a.workspace_id AND m.fingerprint = a.fingerprint
        AND m.bounced_until > {now}) THEN 'BOUNCED'
    WHEN p.legal_basis = 'CONSENT' THEN CASE
        WHEN k.state IS NULL THEN 'NEVER_ASKED'
        WHEN k.state = 'GIVEN' AND k.expires_at <= {now} THEN 'EXPIRED'
        WHEN k.state = 'GIVEN' AND (a.id IS NULL OR k.address_id <> a.id OR a.verified_at IS NULL) THEN 'ADDRESS_NOT_PROVEN'
        WHEN k.state = 'GIVEN' THEN 'USABLE'
        ELSE k.state END
    WHEN EXISTS (SELECT 1 FROM basis b WHERE b.workspace_id = c.workspace_id AND b.contact_id = c.id AND b.purpose_id = p.id
        AND (b.until IS NULL OR b.until > {now})) THEN 'USABLE'
    ELSE 'NO_BASIS' END";

const JOINS: &str = " JOIN purpose p ON p.workspace_id = c.workspace_id AND p.id = {purpose}
    LEFT JOIN consent k ON k.workspace_id = c.workspace_id AND k.contact_id = c.id AND k.purpose_id = {purpose} AND k.channel = {channel}
    LEFT JOIN contact_address a ON a.workspace_id = c.workspace_id AND a.id = c.primary_address_id";

/// What a use is for and by which channel, as of now. Writes the one expression into statements whose contact is `c`.
#[derive(Clone, Debug)]
pub(super) struct Use {
    purpose: PurposeId,
    channel: Channel,
    now: Time,
    /// What holds for everybody: the purpose ended, or does not use the channel.
    fixed: Option<Usability>,
}

impl Use {
    /// Looks the purpose up.
    pub(super) async fn load(
        app: &App,
        workspace: WorkspaceId,
        purpose: PurposeId,
        channel: Channel,
    ) -> Result<Self> {
        let row = super::load_purpose(app.db(), workspace, purpose).await?;
        let covered: Vec<Channel> = serde_json::from_str(&row.channels)?;
        let fixed = if row.archived_at.is_some() {
            Some(Usability::PurposeEnded)
        } else if !covered.contains(&channel) {
            Some(Usability::ChannelNotCovered)
        } else {
            None
        };
        Ok(Self { purpose, channel, now: app.now(), fixed })
    }

    /// Writes what the expression's rows come from, after `FROM contact c`.
    pub(super) fn write_joins(&self, query: &mut Query) {
        let (purpose, channel) = (query.place(self.purpose), query.place(self.channel));
        query.push(&JOINS.replace("{purpose}", &purpose).replace("{channel}", &channel));
    }

    /// Writes the expression, which is one of `Usability`'s names.
    pub(super) fn write_reason(&self, query: &mut Query) {
        if let Some(fixed) = self.fixed {
            query.push("'").push(name(fixed)).push("'");
            return;
        }
        let scope = query.place(super::state::scope(self.purpose, self.channel));
        let (channel, now) = (query.place(self.channel), query.place(self.now));
        query.push(
            &EXPRESSION.replace("{scope}", &scope).replace("{channel}", &channel).replace("{now}", &now),
        );
    }
}

fn name(reason: Usability) -> &'static str {
    NAMES.iter().find(|(_, known)| *known == reason).map_or("", |(name, _)| name)
}

/// The reason with this name, which the expression gave.
pub(super) fn named(name: &str) -> Result<Usability> {
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, reason)| *reason)
        .ok_or_else(|| Error::internal("an unknown reason not to use a contact"))
}

/// The place of a reason in their fixed order.
pub(super) fn place(reason: Usability) -> usize {
    NAMES.iter().position(|(_, known)| *known == reason).unwrap_or(NAMES.len())
}

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
    let wanted = Use::load(app, workspace, purpose, channel).await?;
    let mut query = Query::new("SELECT c.id AS id, ");
    wanted.write_reason(&mut query);
    query.push(" AS reason FROM contact c");
    wanted.write_joins(&mut query);
    query
        .push(" WHERE c.workspace_id = ")
        .bind(workspace)
        .push(" AND ")
        .is_any("c.id", contacts.iter().copied());
    let mut answers = HashMap::with_capacity(contacts.len());
    for row in query.rows(app.db()).await? {
        let reason: String = row.try_get("", "reason")?;
        answers.insert(row.try_get("", "id")?, named(&reason)?);
    }
    Ok(answers)
}

//! Whether a contact may be used for a purpose on a channel, defined once as an SQL expression that returns
//! the reason. Reasons have a fixed order and are mutually exclusive. Single contacts and lists use the same
//! expression.

use std::collections::HashMap;

use entity::{Channel, ContactId, PurposeId, Time, WorkspaceId};

use crate::{
    app::App,
    error::{Error, Result},
    platform::query::Query,
};

/// Whether a contact may be used, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Usability {
    /// They may be used.
    Usable,
    /// Processing is restricted (GDPR Art. 18).
    Restricted,
    /// The purpose is archived.
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
    /// The consent was found to be invalid.
    Invalidated,
    /// The mailbox is suppressed: withdrawn, objected or erased.
    Suppressed,
    /// They have no address for this channel.
    NoAddress,
    /// An e-mail to the mailbox bounced a few days ago.
    Bounced,
    /// The person was never asked.
    NeverAsked,
    /// They were asked, but have not answered yet.
    Requested,
    /// The consent has expired.
    Expired,
    /// The address in use is not the one that proved the consent.
    AddressNotProven,
    /// The purpose is on another legal basis, which is not recorded for this person.
    NoBasis,
    /// Their data came from somebody else, and they were not told yet (GDPR Art. 14(3)(b)).
    NoticeDue,
    /// The person wants a pause from everything that they could refuse.
    Paused,
}

const NAMES: [(&str, Usability); 19] = [
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
    ("NOTICE_DUE", Usability::NoticeDue),
    ("PAUSED", Usability::Paused),
];

/// `c` is the contact's row, `k` the consent's, `a` the primary address's, `p` the purpose's; placeholders
/// are in braces.
const EXPRESSION: &str = "CASE
    WHEN c.restricted_at IS NOT NULL THEN 'RESTRICTED'
    WHEN EXISTS (SELECT 1 FROM suppression s JOIN contact_address x ON x.workspace_id = s.workspace_id AND x.fingerprint = s.fingerprint
        WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id AND s.reason = 'COMPLAINT') THEN 'COMPLAINED'
    WHEN k.state IN ('WITHDRAWN', 'REVOKED', 'REFUSED', 'INVALIDATED') THEN k.state
    WHEN EXISTS (SELECT 1 FROM suppression s JOIN contact_address x ON x.workspace_id = s.workspace_id AND x.fingerprint = s.fingerprint
        WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id
        AND (s.scope IN ({scope}, 'ALL')
            OR (s.scope = 'MARKETING' AND p.legal_basis IN ('CONSENT', 'LEGITIMATE_INTERESTS') AND {channel} <> 'TRANSFER'))
        AND (k.since IS NULL OR s.at >= k.since)) THEN 'SUPPRESSED'
    WHEN {channel} = 'EMAIL' AND a.id IS NULL THEN 'NO_ADDRESS'
    WHEN {channel} IN ('PHONE', 'SMS') AND c.phone = '' THEN 'NO_ADDRESS'
    WHEN {channel} = 'EMAIL' AND EXISTS (SELECT 1 FROM mailbox m WHERE m.workspace_id = a.workspace_id AND m.fingerprint = a.fingerprint
        AND m.bounced_until > {now}) THEN 'BOUNCED'
    WHEN p.legal_basis = 'CONSENT' THEN CASE
        WHEN k.state IS NULL THEN 'NEVER_ASKED'
        WHEN k.state = 'GIVEN' AND k.expires_at <= {now} THEN 'EXPIRED'
        WHEN k.state = 'GIVEN' AND (a.id IS NULL OR k.address_id <> a.id OR a.verified_at IS NULL) THEN 'ADDRESS_NOT_PROVEN'
        WHEN k.state = 'GIVEN' AND {paused} THEN 'PAUSED'
        WHEN k.state = 'GIVEN' THEN 'USABLE'
        ELSE k.state END
    WHEN EXISTS (SELECT 1 FROM basis b WHERE b.workspace_id = c.workspace_id AND b.contact_id = c.id AND b.purpose_id = p.id
        AND (b.until IS NULL OR b.until > {now})) THEN CASE
        WHEN c.art14_due_at IS NOT NULL THEN 'NOTICE_DUE'
        WHEN p.legal_basis = 'LEGITIMATE_INTERESTS' AND {paused} THEN 'PAUSED'
        ELSE 'USABLE' END
    ELSE 'NO_BASIS' END";

/// Whether the person wants a pause now, and this channel reaches them.
const PAUSED: &str = "({channel} IN ('EMAIL', 'PHONE', 'SMS', 'POST') AND EXISTS (SELECT 1 FROM pause z
    WHERE z.workspace_id = c.workspace_id AND z.contact_id = c.id AND z.until > {now}))";

const JOINS: &str = " JOIN purpose p ON p.workspace_id = c.workspace_id AND p.id = {purpose}
    LEFT JOIN consent k ON k.workspace_id = c.workspace_id AND k.contact_id = c.id AND k.purpose_id = {purpose} AND k.channel = {channel}
    LEFT JOIN contact_address a ON a.workspace_id = c.workspace_id AND a.id = c.primary_address_id";

/// A use: purpose, channel and time. Writes the expression into statements whose contact is `c`.
#[derive(Clone, Debug)]
pub(super) struct Use {
    purpose: PurposeId,
    channel: Channel,
    now: Time,
    /// The reason that applies to everybody: the purpose is archived, or does not use the channel.
    fixed: Option<Usability>,
}

impl Use {
    /// Loads the purpose.
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

    /// Writes the joins that the expression needs, after `FROM contact c`.
    pub(super) fn write_joins(&self, query: &mut Query) {
        let (purpose, channel) = (query.place(self.purpose), query.place(self.channel));
        query.push(&JOINS.replace("{purpose}", &purpose).replace("{channel}", &channel));
    }

    /// Writes the expression, which returns a name from `NAMES`.
    pub(super) fn write_reason(&self, query: &mut Query) {
        if let Some(fixed) = self.fixed {
            query.push("'").push(name(fixed)).push("'");
            return;
        }
        let scope = query.place(super::state::scope(self.purpose, self.channel));
        let (channel, now) = (query.place(self.channel), query.place(self.now));
        query.push(
            &EXPRESSION
                .replace("{paused}", PAUSED)
                .replace("{scope}", &scope)
                .replace("{channel}", &channel)
                .replace("{now}", &now),
        );
    }
}

fn name(reason: Usability) -> &'static str {
    NAMES.iter().find(|(_, known)| *known == reason).map_or("", |(name, _)| name)
}

/// The reason with this name.
pub(super) fn named(name: &str) -> Result<Usability> {
    NAMES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, reason)| *reason)
        .ok_or_else(|| Error::internal("an unknown reason not to use a contact"))
}

/// The position of a reason in the fixed order.
pub(super) fn place(reason: Usability) -> usize {
    NAMES.iter().position(|(_, known)| *known == reason).unwrap_or(NAMES.len())
}

/// Checks several contacts in one statement. Contacts that do not exist are missing from the result.
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

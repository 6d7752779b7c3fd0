//! Gathers the proof of consents: the exact wording, the form version, the page, the times, the e-mails with
//! the mail server's replies, and the confirmation. Many consents take a fixed number of statements. Access
//! is checked here; presentation is up to the caller.

use std::collections::HashMap;

use entity::{
    ConsentId, DataKeyId, EntryId, FormId, FormVersionId, MailId, MailState, OptInId, Time, WorkspaceId,
    consent, consent_alias, data_key, evidence as evidence_row, form, form_version, journal, mail, wording,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, de::DeserializeOwned};

use super::evidence::Evidence;
use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    journal::load_entries,
    platform::{
        actor::Actor,
        vault::{DataKey, Place},
    },
};

/// The proof of a consent. Parts whose key was destroyed are missing for good; the rest remains.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The consent.
    pub consent: ConsentId,
    /// The entry of the given consent.
    pub given: journal::Model,
    /// The entry of the click that confirmed it; the evidence belongs to it.
    pub confirmed: Option<journal::Model>,
    /// The entry of the form submission.
    pub submitted: Option<journal::Model>,
    /// Where it was asked for.
    pub method: Method,
    /// When it was asked for.
    pub asked_at: Option<Time>,
    /// The exact text beside the checkbox or button.
    pub wording: Option<wording::Model>,
    /// The published form version.
    pub form_version: Option<form_version::Model>,
    /// The form.
    pub form: Option<form::Model>,
    /// The personal part: page, browsers, mailbox.
    pub evidence: Option<Evidence>,
    /// The e-mails about it, oldest first.
    pub mails: Vec<ProvenMail>,
}

/// Where a consent was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// On a form.
    DoubleOptIn,
    /// In the preference centre.
    PreferenceCentre,
}

/// An e-mail and its delivery.
#[derive(Clone, Debug)]
pub struct ProvenMail {
    /// Its row.
    pub row: mail::Model,
    /// The mail server's full reply.
    pub smtp_reply: Option<String>,
}

/// Content of a `consent.given` entry.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    confirmation: EntryId,
    form_version: Option<FormVersionId>,
    opt_in: Option<OptInId>,
    wording: String,
    method: String,
}

/// Content of an `opt_in.confirmed` entry, or of a `preferences.confirmed` entry.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Confirmed {
    submission_entry: Option<EntryId>,
    /// The opt-in whose link was used; it may be another one of the same mailbox.
    link: Option<OptInId>,
    /// When it was chosen in the preference centre.
    asked_at: Option<Time>,
    /// The key that sealed what is known of the preference centre's mail.
    mail_key: Option<DataKeyId>,
}

#[derive(Deserialize)]
struct Bytes<T> {
    data: T,
}

/// The sealed part of an e-mail.
#[derive(Deserialize)]
struct Answer {
    reply: String,
}

/// Gathers the proofs of these consents; those that were never given have none.
///
/// # Errors
/// `Forbidden` without the right; `Internal` when something cannot be decrypted.
pub async fn prove_consent(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    consents: &[consent::Model],
) -> Result<Vec<Proof>> {
    prove(
        app,
        workspace,
        actor,
        consents.iter().filter_map(|row| Some((row.id, row.given_entry_id?))).collect(),
    )
    .await
}

/// Gathers the proofs that merges joined into these consents, in addition to the one each consent refers to.
///
/// # Errors
/// As `prove_consent`.
pub async fn prove_joined(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    consents: &[ConsentId],
) -> Result<Vec<Proof>> {
    allow(actor, Right::ReadEvidence)?;
    let rows = consent_alias::Entity::find()
        .filter(consent_alias::Column::WorkspaceId.eq(workspace))
        .filter(consent_alias::Column::ConsentId.is_in(consents.iter().copied()))
        .order_by_asc(consent_alias::Column::OldId)
        .all(app.db())
        .await?;
    prove(
        app,
        workspace,
        actor,
        rows.into_iter().filter_map(|row| Some((row.consent_id, row.given_entry_id?))).collect(),
    )
    .await
}

async fn prove(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    wanted: Vec<(ConsentId, EntryId)>,
) -> Result<Vec<Proof>> {
    allow(actor, Right::ReadEvidence)?;
    let given = entries(app, workspace, wanted.iter().map(|(_, entry)| *entry)).await?;
    let mut yeses = Vec::with_capacity(given.len());
    for (consent, entry) in wanted {
        if let Some(entry) = given.get(&entry) {
            yeses.push((consent, entry.clone(), data::<Given>(entry)?));
        }
    }
    let confirmed = entries(app, workspace, yeses.iter().map(|(_, _, yes)| yes.confirmation)).await?;
    let presses = confirmed
        .values()
        .map(|entry| Ok((entry.id, data::<Confirmed>(entry)?)))
        .collect::<Result<HashMap<_, _>>>()?;
    let submitted =
        entries(app, workspace, presses.values().filter_map(|press| press.submission_entry)).await?;
    let wordings =
        wordings(app, workspace, &yeses.iter().map(|(_, _, yes)| yes.wording.as_str()).collect::<Vec<_>>())
            .await?;
    let versions = versions(app, workspace, yeses.iter().filter_map(|(_, _, yes)| yes.form_version)).await?;
    let forms = forms(app, workspace, versions.values().map(|version| version.form_id)).await?;
    let opt_ins = yeses
        .iter()
        .filter_map(|(_, _, yes)| yes.opt_in)
        .chain(presses.values().filter_map(|press| press.link));
    let mail_keys = presses.values().filter_map(|press| press.mail_key);
    let mails = mail_rows(app, workspace, opt_ins, mail_keys).await?;
    let sealed = evidence_rows(app, workspace, confirmed.keys().copied()).await?;
    let keys = keys(
        app,
        workspace,
        sealed.iter().map(|row| row.data_key_id).chain(mails.iter().filter_map(|row| row.data_key_id)),
    )
    .await?;
    let evidence = open_evidence(workspace, &sealed, &keys)?;
    let mails = open_mails(workspace, mails, &keys)?;

    let proofs = yeses.into_iter().map(|(consent, given, yes)| {
        let press = presses.get(&yes.confirmation);
        let about = |mail: &&ProvenMail| {
            let ids = [yes.opt_in, press.and_then(|press| press.link)];
            let key = press.and_then(|press| press.mail_key);
            mail.row.opt_in_id.is_some_and(|id| ids.contains(&Some(id)))
                || (key.is_some() && mail.row.data_key_id == key)
        };
        let form_version = yes.form_version.and_then(|id| versions.get(&id)).cloned();
        let submitted = press.and_then(|press| submitted.get(&press.submission_entry?)).cloned();
        Proof {
            consent,
            given,
            confirmed: confirmed.get(&yes.confirmation).cloned(),
            method: if yes.method == "preference_centre" {
                Method::PreferenceCentre
            } else {
                Method::DoubleOptIn
            },
            asked_at: press
                .and_then(|press| press.asked_at)
                .or_else(|| submitted.as_ref().map(|entry| entry.at)),
            submitted,
            wording: wordings.get(&yes.wording).cloned(),
            form: form_version.as_ref().and_then(|version| forms.get(&version.form_id)).cloned(),
            form_version,
            evidence: evidence.get(&yes.confirmation).cloned(),
            mails: mails.iter().filter(about).cloned().collect(),
        }
    });
    Ok(proofs.collect())
}

fn data<T: DeserializeOwned>(entry: &journal::Model) -> Result<T> {
    Ok(serde_json::from_str::<Bytes<T>>(&entry.bytes)?.data)
}

async fn entries(
    app: &App,
    workspace: WorkspaceId,
    ids: impl Iterator<Item = EntryId>,
) -> Result<HashMap<EntryId, journal::Model>> {
    let rows = load_entries(app.db(), workspace, once(ids)).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

async fn wordings(
    app: &App,
    workspace: WorkspaceId,
    hashes: &[&str],
) -> Result<HashMap<String, wording::Model>> {
    let hashes = once(hashes.iter().filter_map(|hash| hex::decode(hash).ok()));
    let rows = wording::Entity::find()
        .filter(wording::Column::WorkspaceId.eq(workspace))
        .filter(wording::Column::Sha256.is_in(hashes))
        .all(app.db())
        .await?;
    Ok(rows.into_iter().map(|row| (hex::encode(&row.sha256), row)).collect())
}

async fn versions(
    app: &App,
    workspace: WorkspaceId,
    ids: impl Iterator<Item = FormVersionId>,
) -> Result<HashMap<FormVersionId, form_version::Model>> {
    let select = form_version::Entity::find()
        .filter(form_version::Column::WorkspaceId.eq(workspace))
        .filter(form_version::Column::Id.is_in(once(ids)));
    Ok(select.all(app.db()).await?.into_iter().map(|row| (row.id, row)).collect())
}

async fn forms(
    app: &App,
    workspace: WorkspaceId,
    ids: impl Iterator<Item = FormId>,
) -> Result<HashMap<FormId, form::Model>> {
    let select = form::Entity::find()
        .filter(form::Column::WorkspaceId.eq(workspace))
        .filter(form::Column::Id.is_in(once(ids)));
    Ok(select.all(app.db()).await?.into_iter().map(|row| (row.id, row)).collect())
}

async fn mail_rows(
    app: &App,
    workspace: WorkspaceId,
    opt_ins: impl Iterator<Item = OptInId>,
    keys: impl Iterator<Item = DataKeyId>,
) -> Result<Vec<mail::Model>> {
    let theirs = Condition::any()
        .add(mail::Column::OptInId.is_in(once(opt_ins)))
        .add(mail::Column::DataKeyId.is_in(once(keys)));
    let select = mail::Entity::find().filter(mail::Column::WorkspaceId.eq(workspace)).filter(theirs);
    Ok(select.order_by_asc(mail::Column::At).order_by_asc(mail::Column::Id).all(app.db()).await?)
}

async fn evidence_rows(
    app: &App,
    workspace: WorkspaceId,
    entries: impl Iterator<Item = EntryId>,
) -> Result<Vec<evidence_row::Model>> {
    let select = evidence_row::Entity::find().filter(evidence_row::Column::WorkspaceId.eq(workspace));
    Ok(select.filter(evidence_row::Column::EntryId.is_in(once(entries))).all(app.db()).await?)
}

/// The keys that still exist.
async fn keys(
    app: &App,
    workspace: WorkspaceId,
    ids: impl Iterator<Item = DataKeyId>,
) -> Result<HashMap<DataKeyId, DataKey>> {
    let select = data_key::Entity::find()
        .filter(data_key::Column::WorkspaceId.eq(workspace))
        .filter(data_key::Column::Id.is_in(once(ids)));
    let mut keys = HashMap::new();
    for row in select.all(app.db()).await? {
        keys.insert(row.id, app.vault.open_data_key(workspace, row.id, &row.wrapped)?);
    }
    Ok(keys)
}

fn open_evidence(
    workspace: WorkspaceId,
    rows: &[evidence_row::Model],
    keys: &HashMap<DataKeyId, DataKey>,
) -> Result<HashMap<EntryId, Evidence>> {
    let mut opened = HashMap::new();
    for row in rows {
        if let Some(key) = keys.get(&row.data_key_id) {
            let place = Place { workspace, table: "evidence", column: "sealed", row: row.id.0 };
            opened.insert(row.entry_id, serde_json::from_slice(&key.open(&place, &row.sealed)?)?);
        }
    }
    Ok(opened)
}

fn open_mails(
    workspace: WorkspaceId,
    rows: Vec<mail::Model>,
    keys: &HashMap<DataKeyId, DataKey>,
) -> Result<Vec<ProvenMail>> {
    let mut opened = Vec::with_capacity(rows.len());
    for row in rows {
        let key = row.data_key_id.and_then(|id| keys.get(&id));
        let smtp_reply = match (key, &row.sealed) {
            (Some(key), Some(sealed)) => {
                let plain = key.open(&place_of_mail(workspace, row.id), sealed)?;
                Some(serde_json::from_slice::<Answer>(&plain)?.reply)
                    .filter(|_| row.state != MailState::Sending)
            }
            _ => None,
        };
        opened.push(ProvenMail { row, smtp_reply });
    }
    Ok(opened)
}

fn place_of_mail(workspace: WorkspaceId, id: MailId) -> Place {
    Place { workspace, table: "mail", column: "sealed", row: id.0 }
}

/// Removes duplicates: many consents share a form, a confirmation and a wording.
fn once<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

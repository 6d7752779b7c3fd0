//! The whole exchange about requests, opened: who asked and what they wrote, every step with its text, and
//! whether the mail that told of it arrived. For staff, and for the person (CNIL/LINC, fiche 13).

use std::{collections::HashMap, fmt::Write as _};

use entity::{
    KeyOwner, MailId, MailState, RequestId, RequestStepKind, Time, WorkspaceId, data_key, mail, request,
    request_step, workspace,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::{
    content::{Content, open_step},
    words::{extension_in_words, refusal_in_words, right_in_words, step_in_words},
};
use crate::{
    error::Result,
    platform::{
        loads::{loads_by_id, rows_by},
        pages::{Zone, format_day, format_time},
        vault::{DataKey, Vault},
    },
};

loads_by_id! {
    /// Requests by id.
    requests_by_id(RequestId) -> request;
}

/// One step, opened.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its row.
    pub row: request_step::Model,
    /// What was written; empty when nothing was, or its file was destroyed.
    pub text: String,
    /// What became of the mail that told of it.
    pub mail: Option<MailState>,
}

/// The exchange about one request.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// Who asked, and what they wrote; none once the file was destroyed.
    pub content: Option<Content>,
    /// Every step, oldest first.
    pub steps: Vec<Step>,
}

/// The exchange about one request.
///
/// # Errors
/// `Busy` when the database is unreachable; `Internal` when a row was moved or changed.
pub async fn exchange(db: &impl ConnectionTrait, vault: &Vault, row: &request::Model) -> Result<Exchange> {
    let mut all = exchanges(db, vault, row.workspace_id, std::slice::from_ref(&row.id)).await?;
    Ok(all.remove(&row.id).unwrap_or_default())
}

/// The exchanges about several requests, in four statements.
///
/// # Errors
/// `Busy` when the database is unreachable; `Internal` when a row was moved or changed.
pub async fn exchanges(
    db: &impl ConnectionTrait,
    vault: &Vault,
    workspace: WorkspaceId,
    ids: &[RequestId],
) -> Result<HashMap<RequestId, Exchange>> {
    let rows = requests_by_id(db, workspace, ids).await?;
    let steps: Vec<request_step::Model> =
        rows_by(db, workspace, "request_step", "request_id", ids, Some("id")).await?;
    let keys = keys_of(db, vault, workspace, ids).await?;
    let mails = mails_of(db, workspace, steps.iter().filter_map(|step| step.mail_id).collect()).await?;
    let mut opened: HashMap<RequestId, Exchange> = HashMap::with_capacity(rows.len());
    for (id, row) in rows {
        let content = match keys.get(&id) {
            Some(key) => Content::open(key, &row)?,
            None => None,
        };
        opened.insert(id, Exchange { content, steps: Vec::new() });
    }
    for row in steps {
        let Some(exchange) = opened.get_mut(&row.request_id) else { continue };
        let mut text = match keys.get(&row.request_id) {
            Some(key) => open_step(key, workspace, row.id, row.sealed.as_deref())?,
            None => String::new(),
        };
        if row.kind == RequestStepKind::Received {
            text = exchange.content.as_ref().map(|content| content.message.clone()).unwrap_or_default();
        }
        let mail = row.mail_id.and_then(|id| mails.get(&id)).copied();
        exchange.steps.push(Step { row, text, mail });
    }
    Ok(opened)
}

async fn keys_of(
    db: &impl ConnectionTrait,
    vault: &Vault,
    workspace: WorkspaceId,
    ids: &[RequestId],
) -> Result<HashMap<RequestId, DataKey>> {
    let rows = data_key::Entity::find()
        .filter(data_key::Column::WorkspaceId.eq(workspace))
        .filter(data_key::Column::OwnerKind.eq(KeyOwner::Request))
        .filter(data_key::Column::OwnerId.is_in(ids.iter().map(|id| id.0)))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| Ok((RequestId(row.owner_id), vault.open_data_key(workspace, row.id, &row.wrapped)?)))
        .collect()
}

async fn mails_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: Vec<MailId>,
) -> Result<HashMap<MailId, MailState>> {
    let rows = mail::Entity::find()
        .filter(mail::Column::WorkspaceId.eq(workspace))
        .filter(mail::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.state)).collect())
}

/// The exchange as a text to keep or print, in the request's language. Staff are not named in it: the person
/// reads it, too.
#[must_use]
pub fn exchange_text(row: &request::Model, exchange: &Exchange, controller: &workspace::Model) -> String {
    let (zone, language) = (Zone::of(&controller.jurisdiction), row.language.as_str());
    let french = language == "fr";
    let pick = |fr: &'static str, en: &'static str| if french { fr } else { en };
    let colon = pick("\u{a0}: ", ": ");
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            // Writing to a String does not fail.
            let _ = writeln!(text, "{name}{colon}{value}");
        }
    };
    line(pick("Responsable du traitement", "Data controller"), &controller.legal_name);
    line(pick("Référence", "Reference"), &row.id.to_string());
    line(pick("Droit exercé", "Right"), right_in_words(row.kind, language));
    line(pick("Reçue le", "Received on"), &format_day(row.received_at, zone, language));
    line(pick("Réponse au plus tard le", "Answer due by"), &format_day(row.due_at, zone, language));
    if let Some(content) = &exchange.content {
        line(pick("Nom", "Name"), &content.name);
        line(pick("Adresse e-mail", "E-mail address"), &content.email);
    }
    for step in &exchange.steps {
        let at = time_of(step, zone, language);
        let _ = write!(text, "\n{at}\n{}\n", step_in_words(step.row.kind, language));
        let reason = match step.row.kind {
            RequestStepKind::Extended => {
                row.extension_reason.map(|reason| extension_in_words(reason, language))
            }
            RequestStepKind::Refused => row.refusal_reason.map(|reason| refusal_in_words(reason, language)),
            _ => None,
        };
        for words in
            [reason.unwrap_or_default(), step.text.as_str()].into_iter().filter(|words| !words.is_empty())
        {
            let _ = writeln!(text, "{words}");
        }
        if step.mail == Some(MailState::Bounced) {
            let _ =
                writeln!(text, "{}", pick("(L’e-mail n’est pas arrivé.)", "(The e-mail did not arrive.)"));
        }
    }
    text
}

fn time_of(step: &Step, zone: Zone, language: &str) -> String {
    let at: Time = step.row.at;
    format_time(at, zone, language)
}

//! What the notice under GDPR Art. 14 says: kinds of data, where they came from, what for, and who gets them.

use std::collections::BTreeSet;

use entity::{
    ContactId, ContactSource, PurposeId, RetentionSubject, WorkspaceId, basis, contact, journal, purpose,
    recipient, workspace,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;

use crate::{
    app::App,
    consent::{basis_in_words, load_current_versions, texts_of, unsubscribe_link},
    contacts::every_id_of,
    error::Result,
    platform::pages::{Zone, format_day},
    privacy::{
        recipients::{loads::all_recipients, transfer::safeguard},
        record::retention_in_words,
        requests::{Authority, authority_of},
        retention::rules_of,
    },
};

/// A purpose, as the notice names it.
#[derive(Serialize)]
pub(super) struct PurposeLine {
    pub title: String,
    pub description: String,
    pub basis: String,
    pub justification: String,
}

/// A recipient, as the notice names it.
#[derive(Serialize)]
pub(super) struct RecipientLine {
    pub name: String,
    pub country: String,
    pub safeguard: String,
}

/// The context of `art14_notice`.
#[derive(Serialize)]
pub(super) struct Art14Context {
    pub since: String,
    pub dpo_email: String,
    pub categories: Vec<&'static str>,
    pub source: &'static str,
    pub purposes: Vec<PurposeLine>,
    pub recipients: Vec<RecipientLine>,
    pub retention: Vec<String>,
    pub authority: Authority,
    pub object_url: String,
}

/// Gathers it.
pub(super) async fn context_of(
    app: &App,
    workspace: &workspace::Model,
    contact: &contact::Model,
) -> Result<Art14Context> {
    let language = contact.language.as_str();
    let purposes = purposes_of(app, contact).await?;
    let ids: BTreeSet<PurposeId> = purposes.iter().map(|row| row.id).collect();
    let recipients = recipients_for(app, workspace.id, &ids).await?;
    Ok(Art14Context {
        since: format_day(contact.created_at, Zone::of(&workspace.jurisdiction), language),
        dpo_email: workspace.dpo_email.clone().unwrap_or_default(),
        categories: categories(contact, language),
        source: source_in_words(source_of(app, workspace.id, contact.id).await?, language),
        purposes: purpose_lines(app, workspace.id, &purposes, language).await?,
        recipients: recipients
            .iter()
            .map(|row| {
                Ok(RecipientLine {
                    name: row.legal_name.clone(),
                    country: row.country.clone(),
                    safeguard: safeguard(row, app.now())?.unwrap_or_default(),
                })
            })
            .collect::<Result<_>>()?,
        retention: retention_of(app, contact, &ids).await?,
        authority: authority_of(&workspace.jurisdiction),
        object_url: unsubscribe_link(app, workspace.id, contact.id, None),
    })
}

/// The purposes for which a contact is held.
async fn purposes_of(app: &App, contact: &contact::Model) -> Result<Vec<purpose::Model>> {
    let bases = basis::Entity::find()
        .filter(basis::Column::WorkspaceId.eq(contact.workspace_id))
        .filter(basis::Column::ContactId.eq(contact.id))
        .all(app.db())
        .await?;
    let now = app.now();
    let ids: BTreeSet<PurposeId> =
        bases.iter().filter(|row| row.until.is_none_or(|at| at > now)).map(|row| row.purpose_id).collect();
    let rows = purpose::Entity::find()
        .filter(purpose::Column::WorkspaceId.eq(contact.workspace_id))
        .filter(purpose::Column::Id.is_in(ids))
        .order_by_asc(purpose::Column::Id);
    Ok(rows.all(app.db()).await?)
}

async fn purpose_lines(
    app: &App,
    workspace: WorkspaceId,
    rows: &[purpose::Model],
    language: &str,
) -> Result<Vec<PurposeLine>> {
    let ids = rows.iter().map(|row| row.current_version_id).collect();
    let versions = load_current_versions(app.db(), workspace, ids).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(version) = versions.iter().find(|version| version.id == row.current_version_id) else {
            continue;
        };
        let mut texts = texts_of(version)?;
        let text = texts.remove(language).or_else(|| texts.into_values().next());
        let (title, description) = text.map(|text| (text.title, text.description)).unwrap_or_default();
        lines.push(PurposeLine {
            title,
            description,
            basis: basis_in_words(&app.pages, row.legal_basis, language).to_owned(),
            justification: row.justification.clone(),
        });
    }
    Ok(lines)
}

/// The recipients who get data for one of these purposes, and those who get them whatever the purpose.
async fn recipients_for(
    app: &App,
    workspace: WorkspaceId,
    purposes: &BTreeSet<PurposeId>,
) -> Result<Vec<recipient::Model>> {
    let mut kept = Vec::new();
    for row in all_recipients(app.db(), workspace).await? {
        let of: Vec<PurposeId> = serde_json::from_str(&row.purposes)?;
        if row.archived_at.is_none() && (of.is_empty() || of.iter().any(|id| purposes.contains(id))) {
            kept.push(row);
        }
    }
    Ok(kept)
}

/// The rules that end this contact's data, in words.
async fn retention_of(
    app: &App,
    contact: &contact::Model,
    purposes: &BTreeSet<PurposeId>,
) -> Result<Vec<String>> {
    let rules = rules_of(app, contact.workspace_id).await?;
    let lines = rules
        .iter()
        .filter(|rule| rule.archived_at.is_none() && rule.subject == RetentionSubject::Contacts)
        .filter(|rule| rule.lifecycle.is_none_or(|of| of == contact.lifecycle))
        .filter(|rule| rule.purpose_id.is_none_or(|id| purposes.contains(&id)))
        .map(|rule| retention_in_words(rule, &contact.language));
    Ok(lines.collect())
}

/// What staff or the other system said where the data came from; `None` when that is not recorded.
async fn source_of(app: &App, workspace: WorkspaceId, contact: ContactId) -> Result<Option<ContactSource>> {
    let ids = every_id_of(app.db(), workspace, contact).await?;
    let row = journal::Entity::find()
        .filter(journal::Column::WorkspaceId.eq(workspace))
        .filter(journal::Column::Subject.is_in(ids.iter().map(ToString::to_string)))
        .filter(journal::Column::Kind.eq("contact.created"))
        .order_by_asc(journal::Column::Seq)
        .one(app.db())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let entry: serde_json::Value = serde_json::from_str(&row.bytes)?;
    Ok(entry["data"]["source"].as_str().and_then(|source| source.parse().ok()))
}

/// The kinds of data held of a contact, in words.
fn categories(contact: &contact::Model, language: &str) -> Vec<&'static str> {
    let french = language == "fr";
    let held = [
        (!(contact.given_name.is_empty() && contact.family_name.is_empty()), "your name", "votre nom"),
        (contact.primary_address_id.is_some(), "your e-mail address", "votre adresse e-mail"),
        (!contact.phone.is_empty(), "your telephone number", "votre numéro de téléphone"),
        (!contact.postal_address.is_empty(), "your postal address", "votre adresse postale"),
        (
            !(contact.job_title.is_empty()
                && contact.company_name.is_empty()
                && contact.company_id.is_none()),
            "your job and your company",
            "votre fonction et votre entreprise",
        ),
        (
            contact.custom != "{}",
            "further details about our business relationship",
            "d’autres informations liées à nos échanges professionnels",
        ),
    ];
    held.into_iter()
        .filter(|(is_held, ..)| *is_held)
        .map(|(_, en, fr)| if french { fr } else { en })
        .collect()
}

/// Where the data came from, in one sentence.
fn source_in_words(source: Option<ContactSource>, language: &str) -> &'static str {
    match (source, language) {
        (Some(ContactSource::Referral), "fr") => "Une personne qui vous connaît nous les a communiquées.",
        (Some(ContactSource::Referral), _) => "Somebody who knows you gave them to us.",
        (Some(ContactSource::PublicSource), "fr") => {
            "Elles proviennent d’une source accessible au public, comme un annuaire, un registre ou un site web."
        }
        (Some(ContactSource::PublicSource), _) => {
            "They come from a publicly accessible source, such as a directory, a register or a website."
        }
        (Some(ContactSource::Integration), "fr") => {
            "Elles proviennent d’un autre de nos systèmes informatiques. Elles ne proviennent pas d’une source \
             accessible au public."
        }
        (Some(ContactSource::Integration), _) => {
            "They come from another of our computer systems. They do not come from a publicly accessible source."
        }
        (_, "fr") => {
            "Nous ne les avons pas recueillies directement auprès de vous. Écrivez-nous pour en connaître l’origine."
        }
        _ => "We did not collect them from you directly. Write to us to learn where they came from.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        platform::pages::LANGUAGES,
        post::{self, Controller},
    };

    #[test]
    fn the_notice_renders_in_every_language_with_and_without_details() {
        let pages = crate::templates::pages().unwrap();
        for language in LANGUAGES {
            for full in [true, false] {
                let context = Art14Context {
                    since: "24 November 2026".to_owned(),
                    dpo_email: if full { "dpo@lumen.example".to_owned() } else { String::new() },
                    categories: if full { vec!["your name"] } else { Vec::new() },
                    source: source_in_words(full.then_some(ContactSource::Referral), language),
                    purposes: if full {
                        vec![PurposeLine {
                            title: "Quotes".to_owned(),
                            description: "To send quotes.".to_owned(),
                            basis: "Contract.".to_owned(),
                            justification: "You asked.".to_owned(),
                        }]
                    } else {
                        Vec::new()
                    },
                    recipients: if full {
                        vec![RecipientLine {
                            name: "Mailer SAS".to_owned(),
                            country: "FR".to_owned(),
                            safeguard: String::new(),
                        }]
                    } else {
                        Vec::new()
                    },
                    retention: if full { vec!["Prospects: 36 months".to_owned()] } else { Vec::new() },
                    authority: authority_of("FR"),
                    object_url: "https://crm.example/unsubscribe/v1.a.b.c".to_owned(),
                };
                let rendered =
                    post::render(&pages, language, "art14_notice", &Controller::sample(), &context).unwrap();
                for part in [&rendered.text, &rendered.html] {
                    assert!(part.contains("Atelier Lumen SAS") && part.contains("/unsubscribe/v1.a.b.c"));
                    assert_eq!(part.contains("Mailer SAS"), full, "{language}");
                    assert!(part.contains("CNIL"));
                }
                assert!(!rendered.subject.is_empty());
            }
        }
    }
}

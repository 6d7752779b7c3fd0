//! Gathers the record.

use std::collections::BTreeMap;

use entity::{
    EntityKind, LegalBasis, PurposeId, RecipientRole, Time, WorkspaceId, field, purpose, recipient,
    retention_rule, workspace,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{
    forms::{AskedFor, asked_by_forms, in_language},
    words::{retention_in_words, said, security},
};
use crate::{
    accounts::{Right, allow, load_workspace},
    app::App,
    consent::{list_purposes, load_current_versions, texts_of},
    error::Result,
    platform::{actor::Actor, pages::is_spoken},
    privacy::{
        recipients::{loads::all_recipients, transfer::safeguard},
        retention::rules_of,
    },
};

/// A recipient of a processing.
#[derive(Clone, Debug)]
pub struct ReceivedBy {
    /// The legal entity.
    pub name: String,
    /// What they do with the data.
    pub role: RecipientRole,
    /// Where the data are stored and read.
    pub countries: Vec<String>,
    /// What allows the transfer; none in the European Economic Area.
    pub safeguard: Option<String>,
}

/// One processing.
#[derive(Clone, Debug)]
pub struct Processing {
    /// The purpose; none for what Accord does for every workspace.
    pub purpose: Option<PurposeId>,
    /// Its name.
    pub title: String,
    /// What the data are used for.
    pub description: String,
    /// The legal basis.
    pub legal_basis: LegalBasis,
    /// Why it applies.
    pub justification: String,
    /// Categories of people.
    pub people: Vec<String>,
    /// Categories of data.
    pub data: Vec<String>,
    /// The forms that collect them.
    pub forms: Vec<String>,
    /// Who receives them.
    pub recipients: Vec<ReceivedBy>,
    /// When they are erased.
    pub retention: Vec<String>,
}

/// The record.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its language.
    pub language: String,
    /// When it was generated.
    pub at: Time,
    /// The controller.
    pub controller: workspace::Model,
    /// Every processing: purposes in use, then what Accord does for every workspace.
    pub processings: Vec<Processing>,
    /// The description of security measures.
    pub security: Vec<&'static str>,
}

/// Gathers the record in a language; without one, in the workspace's.
///
/// # Errors
/// `Forbidden` without the right.
pub async fn gather_record(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    language: Option<&str>,
) -> Result<Record> {
    allow(actor, Right::ReadRecord)?;
    let controller = load_workspace(app, workspace).await?;
    let language = language.filter(|language| is_spoken(language)).unwrap_or(&controller.default_language);
    let language = language.to_owned();
    let recipients: Vec<recipient::Model> = all_recipients(app.db(), workspace)
        .await?
        .into_iter()
        .filter(|row| row.archived_at.is_none())
        .collect();
    let rules: Vec<retention_rule::Model> =
        rules_of(app, workspace).await?.into_iter().filter(|row| row.archived_at.is_none()).collect();
    let mut processings = of_purposes(app, workspace, &language, &recipients, &rules).await?;
    processings.extend(of_accord(&language, &rules));
    Ok(Record { at: app.now(), processings, security: security(&language), controller, language })
}

async fn of_purposes(
    app: &App,
    workspace: WorkspaceId,
    language: &str,
    recipients: &[recipient::Model],
    rules: &[retention_rule::Model],
) -> Result<Vec<Processing>> {
    let rows: Vec<purpose::Model> = list_purposes(app.db(), workspace)
        .await?
        .into_iter()
        .filter(|row| row.archived_at.is_none())
        .collect();
    let ids = rows.iter().map(|row| row.current_version_id).collect();
    let versions = load_current_versions(app.db(), workspace, ids).await?;
    let mut asked = asked_by_forms(app, workspace, language).await?;
    let fields = fields_of(app, workspace, language).await?;
    let mut processings = Vec::with_capacity(rows.len());
    for row in rows {
        let mut texts: BTreeMap<_, _> = match versions.iter().find(|one| one.id == row.current_version_id) {
            Some(version) => texts_of(version)?,
            None => BTreeMap::new(),
        };
        let text = texts.remove(language).or_else(|| texts.into_values().next());
        let (title, description) = text.map(|text| (text.title, text.description)).unwrap_or_default();
        let AskedFor { data, forms } = asked.remove(&row.id).unwrap_or_default();
        let mut data: Vec<String> = data.into_iter().collect();
        if row.legal_basis != LegalBasis::Consent {
            // Staff and other systems enter contacts on these bases, with whatever a contact can hold.
            data.extend(held(language).map(str::to_owned));
            data.extend(fields.iter().cloned());
            data.dedup();
        }
        processings.push(Processing {
            purpose: Some(row.id),
            title,
            description,
            legal_basis: row.legal_basis,
            justification: row.justification,
            people: people(language),
            data,
            forms: forms.into_iter().collect(),
            recipients: received_by(app.now(), recipients, row.id)?,
            retention: rules
                .iter()
                .filter(|rule| rule.subject == entity::RetentionSubject::Contacts)
                .filter(|rule| rule.purpose_id.is_none_or(|id| id == row.id))
                .map(|rule| retention_in_words(rule, language))
                .collect(),
        });
    }
    Ok(processings)
}

fn received_by(now: Time, rows: &[recipient::Model], purpose: PurposeId) -> Result<Vec<ReceivedBy>> {
    let mut found = Vec::new();
    for row in rows {
        let purposes: Vec<PurposeId> = serde_json::from_str(&row.purposes)?;
        if purposes.is_empty() || purposes.contains(&purpose) {
            let mut countries: Vec<String> = serde_json::from_str(&row.access_countries)?;
            countries.insert(0, row.country.clone());
            countries.dedup();
            found.push(ReceivedBy {
                name: row.legal_name.clone(),
                role: row.role,
                countries,
                safeguard: safeguard(row, now)?,
            });
        }
    }
    Ok(found)
}

/// Labels of the custom fields of contacts.
async fn fields_of(app: &App, workspace: WorkspaceId, language: &str) -> Result<Vec<String>> {
    let rows = field::Entity::find()
        .filter(field::Column::WorkspaceId.eq(workspace))
        .filter(field::Column::Entity.eq(EntityKind::Contact))
        .filter(field::Column::ArchivedAt.is_null())
        .order_by_asc(field::Column::Position)
        .all(app.db())
        .await?;
    rows.iter().map(|row| Ok(in_language(&serde_json::from_str(&row.label)?, language))).collect()
}

fn people(language: &str) -> Vec<String> {
    [("Prospects", "Prospects"), ("Customers", "Clients"), ("Former customers", "Anciens clients")]
        .map(|(en, fr)| said(language, en, fr).to_owned())
        .into()
}

fn held(language: &str) -> impl Iterator<Item = &'static str> {
    let french = language == "fr";
    [
        ("Name", "Nom"),
        ("E-mail addresses", "Adresses e-mail"),
        ("Telephone number", "Numéro de téléphone"),
        ("Postal address", "Adresse postale"),
        ("Company and job", "Entreprise et fonction"),
        ("Calls, meetings, notes and tasks", "Appels, rendez-vous, notes et tâches"),
        ("Deals", "Affaires en cours et passées"),
    ]
    .into_iter()
    .map(move |(en, fr)| if french { fr } else { en })
}

/// What Accord does for every workspace.
fn of_accord(language: &str, rules: &[retention_rule::Model]) -> Vec<Processing> {
    use entity::RetentionSubject as Subject;
    let lines = |subjects: &[Subject]| -> Vec<String> {
        rules
            .iter()
            .filter(|rule| subjects.contains(&rule.subject))
            .map(|rule| retention_in_words(rule, language))
            .collect()
    };
    let own = |words: &[(&'static str, &'static str)]| -> Vec<String> {
        words.iter().map(|(en, fr)| said(language, en, fr).to_owned()).collect()
    };
    let processing = |title, description, legal_basis, justification, people, data, retention| Processing {
        purpose: None,
        title,
        description,
        legal_basis,
        justification,
        people,
        data,
        forms: Vec::new(),
        recipients: Vec::new(),
        retention,
    };
    let text = |en: &'static str, fr: &'static str| said(language, en, fr).to_owned();
    vec![
        processing(
            text("Rights of persons", "Droits des personnes"),
            text(
                "To answer requests, to respect objections and withdrawals, and to prove it.",
                "Répondre aux demandes, respecter les oppositions et les retraits, et en apporter la preuve.",
            ),
            LegalBasis::LegalObligation,
            text("GDPR Art. 5(2), 7(1), 12 to 22 and 33", "RGPD, art. 5, § 2, 7, § 1, 12 à 22 et 33"),
            own(&[("Everybody who exercises a right", "Toute personne qui exerce un droit")]),
            own(&[
                ("Requests and their exchange", "Demandes et échanges"),
                ("Proofs of consent", "Preuves de consentement"),
                ("Fingerprints of addresses that object", "Empreintes des adresses opposées"),
                ("Records of e-mails", "Traces des e-mails"),
            ]),
            lines(&[
                Subject::Requests,
                Subject::Evidence,
                Subject::Suppressions,
                Subject::Mails,
                Subject::Breaches,
            ]),
        ),
        processing(
            text("Accounts of the staff", "Comptes du personnel"),
            text(
                "To let staff sign in, and to know who did what.",
                "Permettre au personnel de se connecter, et savoir qui a fait quoi.",
            ),
            LegalBasis::LegitimateInterests,
            text("Security of processing (GDPR Art. 32)", "Sécurité du traitement (RGPD, art. 32)"),
            own(&[("Members of the staff", "Membres du personnel")]),
            own(&[
                ("Name and e-mail address", "Nom et adresse e-mail"),
                ("Password hash and second factor", "Empreinte du mot de passe et second facteur"),
                ("Sessions", "Sessions"),
                ("Acts in the journal, by id", "Actes dans le journal, par identifiant"),
            ]),
            lines(&[Subject::Usage]),
        ),
    ]
}

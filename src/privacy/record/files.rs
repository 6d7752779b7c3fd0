//! The record as a table and as a page to print.

use super::{
    gather::{Processing, ReceivedBy, Record},
    words::{basis, inside, role, said},
};
use crate::{
    error::{Error, Result},
    platform::pages::{Zone, format_time},
    privacy::{document::Document, packages::safe_cell},
};

/// The record as CSV (RFC 4180): one line for each processing. No cell begins like a formula.
///
/// # Errors
/// `Internal` when it cannot be written.
pub fn record_csv(record: &Record) -> Result<String> {
    let failed = |_| Error::internal("a CSV file could not be written");
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let language = record.language.as_str();
    let head: Vec<&str> = labels(language).into_iter().collect();
    writer.write_record(&head).map_err(failed)?;
    for processing in &record.processings {
        let cells = cells(record, processing, "; ");
        writer.write_record(cells.into_iter().map(safe_cell)).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|_| Error::internal("a CSV file could not be written"))?;
    String::from_utf8(bytes).map_err(|_| Error::internal("a CSV file is not UTF-8"))
}

/// The record as an HTML page that loads nothing, to print.
#[must_use]
pub fn record_html(record: &Record) -> String {
    let language = record.language.as_str();
    let text = |en, fr| said(language, en, fr);
    let mut page = Document::new(
        language,
        text("Record of processing activities", "Registre des activités de traitement"),
    );
    let zone = Zone::of(&record.controller.jurisdiction);
    page.paragraph(&format!(
        "{} {}",
        text("Generated on", "Généré le"),
        format_time(record.at, zone, language)
    ));
    page.heading(text("Controller", "Responsable du traitement"));
    page.facts(&[
        (text("Name", "Nom"), record.controller.legal_name.clone()),
        (text("Address", "Adresse"), record.controller.postal_address.clone()),
        (text("Contact", "Contact"), record.controller.contact_email.clone()),
        (
            text("Data protection officer", "Délégué à la protection des données"),
            record
                .controller
                .dpo_email
                .clone()
                .unwrap_or_else(|| text("None named", "Aucun désigné").to_owned()),
        ),
        (text("Law that applies", "Droit applicable"), record.controller.jurisdiction.clone()),
    ]);
    for processing in &record.processings {
        page.heading(&processing.title);
        let facts: Vec<(&str, String)> =
            labels(language).into_iter().zip(cells(record, processing, "\n")).skip(3).collect();
        page.facts(&facts);
    }
    page.heading(text("Security measures (Art. 32(1))", "Mesures de sécurité (art. 32, § 1)"));
    page.list(&record.security);
    page.html()
}

fn labels(language: &str) -> [&'static str; 12] {
    [
        said(language, "Controller", "Responsable"),
        said(language, "Data protection officer", "Délégué à la protection des données"),
        said(language, "Processing", "Traitement"),
        said(language, "Purpose", "Finalité"),
        said(language, "Legal basis", "Base légale"),
        said(language, "Why it applies", "Justification"),
        said(language, "Categories of people", "Catégories de personnes"),
        said(language, "Categories of data", "Catégories de données"),
        said(language, "Collected by", "Collecte"),
        said(language, "Recipients and transfers", "Destinataires et transferts"),
        said(language, "Time limits for erasure", "Délais d’effacement"),
        said(language, "Security measures", "Mesures de sécurité"),
    ]
}

fn cells(record: &Record, processing: &Processing, between: &str) -> [String; 12] {
    let language = record.language.as_str();
    let nobody = said(language, "Nobody outside", "Personne à l’extérieur").to_owned();
    let recipients: Vec<String> = processing.recipients.iter().map(|one| recipient(one, language)).collect();
    [
        record.controller.legal_name.clone(),
        record.controller.dpo_email.clone().unwrap_or_default(),
        processing.title.clone(),
        processing.description.clone(),
        basis(processing.legal_basis, language).to_owned(),
        processing.justification.clone(),
        processing.people.join(between),
        processing.data.join(between),
        processing.forms.join(between),
        if recipients.is_empty() { nobody } else { recipients.join(between) },
        processing.retention.join(between),
        record.security.join(between),
    ]
}

fn recipient(one: &ReceivedBy, language: &str) -> String {
    let safeguard = match &one.safeguard {
        Some(safeguard) => safeguard.as_str(),
        None => inside(entity::TransferMechanism::Eea, language),
    };
    format!("{} ({}, {}; {safeguard})", one.name, role(one.role, language), one.countries.join(", "))
}

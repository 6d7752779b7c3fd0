//! What GDPR Art. 15(1) and (2) require to be told beside the data: the eight points, from what is really
//! held.

use std::collections::BTreeMap;

use entity::{ConsentState, LegalBasis, TransferMechanism};
use serde::Serialize;

use crate::{
    app::App,
    consent::basis_in_words,
    error::Result,
    post::Controller,
    privacy::packages::{
        collect::{Kind, Person, Shape, Source, text_of},
        portable::Choice,
    },
};

/// The eight points.
#[derive(Clone, Debug, Serialize)]
pub struct About {
    /// Who is responsible, and how to reach them.
    pub controller: Controller,
    /// The data protection officer's address; empty if there is none.
    pub dpo: String,
    /// (a) What the data are used for, on which basis.
    pub purposes: Vec<Purpose>,
    /// (b) Categories of data that are held.
    pub categories: Vec<String>,
    /// (c) Those to whom data were really disclosed (CJEU C-154/21).
    pub recipients: Vec<Recipient>,
    /// (d) How long.
    pub retention: Vec<String>,
    /// (e) Rights.
    pub rights: Vec<String>,
    /// (f) Where to complain.
    pub complaint: String,
    /// (g) Where data came from that the person did not give.
    pub sources: Vec<String>,
    /// (h) Automated decisions.
    pub automated_decisions: String,
    /// Art. 15(2): safeguards of transfers out of the European Economic Area.
    pub transfers: Vec<String>,
}

/// A purpose.
#[derive(Clone, Debug, Serialize)]
pub struct Purpose {
    /// Its name.
    pub title: String,
    /// What the data are used for.
    pub description: String,
    /// The code of the legal basis.
    pub legal_basis: LegalBasis,
    /// The basis in a sentence.
    pub basis: String,
}

/// A company to which data went.
#[derive(Clone, Debug, Serialize)]
pub struct Recipient {
    /// Its legal name.
    pub name: String,
    /// Its country.
    pub country: String,
    /// What allows the transfer.
    pub mechanism: String,
    /// How often.
    pub times: usize,
}

impl About {
    /// Of what a package holds.
    pub(in crate::privacy::packages) async fn of(
        app: &App,
        person: &Person<'_>,
        shapes: &[&Shape],
        choice: &Choice,
    ) -> Result<Self> {
        let language = &person.contact.language;
        let words = |key: &str| app.pages.text("packages", language, key).to_owned();
        let list = |key: &str| -> Vec<String> {
            let texts = app.pages.messages("packages", language)[key].as_object();
            texts.into_iter().flatten().filter_map(|(_, text)| text.as_str().map(str::to_owned)).collect()
        };
        let (recipients, transfers) = recipients(person, &words).await?;
        let (mut categories, mut sources) = (Vec::new(), Vec::new());
        for shape in shapes {
            let mut pages = person.pages(shape.kind);
            let (mut any, mut seen) = (false, Vec::new());
            while let Some(records) = pages.next().await? {
                for record in records.iter().filter(|record| choice.takes(record)) {
                    any = true;
                    if !seen.contains(&record.source) {
                        seen.push(record.source);
                    }
                }
                // One page tells enough of a large kind.
                if any && shape.large {
                    break;
                }
            }
            if any {
                categories.push(words(&format!("kinds.{}", shape.name)));
            }
            if shape.kind == Kind::Value || shape.kind == Kind::Address || shape.kind == Kind::Activity {
                sources.extend(seen);
            }
        }
        sources.sort_by_key(|source: &Source| source.as_str());
        sources.dedup();
        Ok(Self {
            controller: Controller::from(&person.workspace),
            dpo: person.workspace.dpo_email.clone().unwrap_or_default(),
            purposes: purposes(app, person).await?,
            categories,
            recipients,
            retention: retention(person, &words).await?,
            rights: list("rights"),
            complaint: words(if person.workspace.jurisdiction == "FR" {
                "complaint_fr"
            } else {
                "complaint"
            }),
            sources: sources.iter().map(|source| words(&format!("sources.{}", source.as_str()))).collect(),
            automated_decisions: words("automated"),
            transfers,
        })
    }
}

/// The purposes for which this person's data are or were used.
async fn purposes(app: &App, person: &Person<'_>) -> Result<Vec<Purpose>> {
    let language = &person.contact.language;
    let mut titles: Vec<String> = Vec::new();
    for kind in [Kind::Consent, Kind::Basis] {
        titles.extend(person.all(kind).await?.iter().map(|record| text_of(record.value("purpose"))));
    }
    let mut found = Vec::new();
    for (row, _) in person.purposes() {
        let Some(text) = person.text_of(row.id)? else { continue };
        if titles.contains(&text.title) {
            found.push(Purpose {
                title: text.title,
                description: text.description,
                legal_basis: row.legal_basis,
                basis: basis_in_words(&app.pages, row.legal_basis, language).to_owned(),
            });
        }
    }
    found.sort_by(|a, b| a.title.cmp(&b.title));
    Ok(found)
}

async fn recipients(
    person: &Person<'_>,
    words: &impl Fn(&str) -> String,
) -> Result<(Vec<Recipient>, Vec<String>)> {
    let mut found: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    for record in person.all(Kind::Disclosure).await? {
        let key = ["recipient", "country", "mechanism"].map(|name| text_of(record.value(name)));
        let [name, country, mechanism] = key;
        *found.entry((name, country, mechanism)).or_default() += 1;
    }
    let mut transfers = Vec::new();
    let mut recipients = Vec::new();
    for ((name, country, mechanism), times) in found {
        let in_words = words(&format!("words.{mechanism}"));
        if mechanism != TransferMechanism::Eea.as_str() {
            transfers.push(format!("{name} ({country}): {in_words}"));
        }
        recipients.push(Recipient { name, country, mechanism: in_words, times });
    }
    Ok((recipients, transfers))
}

/// How long: the end of each consent, and the criteria for what has no date.
async fn retention(person: &Person<'_>, words: &impl Fn(&str) -> String) -> Result<Vec<String>> {
    let mut lines = vec![words("retention_data"), words("retention_proofs")];
    for record in person.all(Kind::Consent).await? {
        let until = text_of(record.value("expires_at"));
        if *record.value("state") == ConsentState::Given.as_str() && !until.is_empty() {
            let until = until.split('T').next().unwrap_or_default();
            lines.push(format!(
                "{} {}: {until}",
                words("retention_consent"),
                text_of(record.value("purpose"))
            ));
        }
    }
    Ok(lines)
}

//! The notice to the supervisory authority, with every point of GDPR Art. 33(3), as a page and as plain text. It is
//! handed in by a person: authorities take them through their own websites.

use entity::{BreachException, BreachId, BreachRisk, BreachStepKind, WorkspaceId, breach};
use sea_orm::EntityTrait;

use super::{
    content::{open_step, open_texts},
    loads::{count_people, steps_of_breaches},
};
use crate::{
    accounts::{Right, allow, load_workspace},
    app::App,
    error::{Error, Result},
    platform::{
        actor::Actor,
        pages::{Zone, format_time, is_spoken},
    },
    privacy::{document::Document, requests::authority_of},
};

/// The notice in both forms.
#[derive(Clone, Debug)]
pub struct NoticeFiles {
    /// An HTML page that loads nothing.
    pub html: String,
    /// The same as plain text.
    pub text: String,
}

/// Writes the notice as things stand now, in a language; without one, in the workspace's.
///
/// # Errors
/// `NotFound` when there is no such breach.
pub async fn authority_notice(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: BreachId,
    language: Option<&str>,
) -> Result<NoticeFiles> {
    allow(actor, Right::ManageBreaches)?;
    let row = breach::Entity::find_by_id((workspace, id)).one(app.db()).await?.ok_or(Error::NotFound)?;
    let controller = load_workspace(app, workspace).await?;
    let language = language.filter(|language| is_spoken(language)).unwrap_or(&controller.default_language);
    let texts = open_texts(app.db(), &app.vault, &row).await?;
    let found = count_people(app.db(), workspace, id, None).await?;
    let told = count_people(app.db(), workspace, id, Some(true)).await?;
    let say = |en: &'static str, fr: &'static str| if language == "fr" { fr } else { en };
    let unknown = || say("not known yet", "pas encore connu").to_owned();
    let zone = Zone::of(&controller.jurisdiction);
    let time = |at: Option<entity::Time>| at.map_or_else(unknown, |at| format_time(at, zone, language));
    let or_unknown = |text: &str| if text.is_empty() { unknown() } else { text.to_owned() };
    let number = |number: Option<i32>| number.map_or_else(unknown, |number| number.to_string());

    let mut page = Document::new(
        language,
        say("Notification of a personal data breach", "Notification d’une violation de données"),
    );
    page.paragraph(say("GDPR Article 33", "RGPD, article 33"));
    let authority = authority_of(&controller.jurisdiction);
    page.facts(&[
        (say("To", "À"), format!("{} {}", authority.name, authority.url).trim().to_owned()),
        (say("Reference", "Référence"), row.id.to_string()),
        (say("Written", "Rédigée"), time(Some(app.now()))),
        (
            say("Phase", "Phase"),
            if row.authority_told_at.is_some() {
                say("complementary", "complémentaire").to_owned()
            } else {
                say("initial", "initiale").to_owned()
            },
        ),
    ]);
    page.heading(say("Controller and contact point", "Responsable du traitement et point de contact"));
    page.facts(&[
        (say("Name", "Nom"), controller.legal_name.clone()),
        (say("Address", "Adresse"), controller.postal_address.clone()),
        (say("E-mail", "E-mail"), controller.contact_email.clone()),
        (
            say("Data protection officer", "Délégué à la protection des données"),
            controller.dpo_email.clone().unwrap_or_else(|| say("none named", "aucun désigné").to_owned()),
        ),
    ]);
    page.heading(say("Times", "Chronologie"));
    page.facts(&[
        (say("Began", "Début"), time(row.began_at)),
        (say("Ended", "Fin"), time(row.ended_at)),
        (say("Became aware", "Prise de connaissance"), time(Some(row.aware_at))),
        (say("To be notified by", "À notifier avant"), time(Some(row.due_at))),
    ]);
    if !texts.late_because.is_empty() {
        page.heading(say("Reasons for the delay", "Motifs du retard")).paragraph(&texts.late_because);
    }
    page.heading(say("Nature of the breach", "Nature de la violation"));
    page.paragraph(&texts.facts);
    page.facts(&[
        (say("People concerned", "Personnes concernées"), or_unknown(&texts.people)),
        (say("Their approximate number", "Leur nombre approximatif"), number(row.people_approximate)),
        (say("Found in the journal so far", "Trouvées dans le journal à ce jour"), found.to_string()),
        (say("Records concerned", "Enregistrements concernés"), or_unknown(&texts.records)),
        (say("Their approximate number", "Leur nombre approximatif"), number(row.records_approximate)),
    ]);
    page.heading(say("Likely consequences", "Conséquences probables")).paragraph(&or_unknown(&texts.effects));
    page.facts(&[(say("Risk", "Risque"), risk(row.risk, language).to_owned())]);
    page.heading(say("Measures taken or proposed", "Mesures prises ou envisagées"));
    page.paragraph(&or_unknown(&texts.remedies));
    page.heading(say("Communication to the people", "Information des personnes"));
    page.facts(&[
        (say("Began", "Début"), time(row.people_told_at)),
        (say("Told by e-mail so far", "Informées par e-mail à ce jour"), told.to_string()),
        (say("Exception", "Exception"), exception(row.exception, language)),
    ]);
    let steps = steps_of_breaches(app.db(), workspace, &[id]).await?.remove(&id).unwrap_or_default();
    let mut phases = Vec::new();
    for step in steps.iter().filter(|step| step.kind == BreachStepKind::AuthorityTold) {
        let said = open_step(app.db(), &app.vault, step).await?;
        phases.push(format!("{}: {said}", time(Some(step.at))));
    }
    if !phases.is_empty() {
        page.heading(say("Earlier notifications", "Notifications précédentes")).list(&phases);
    }
    Ok(NoticeFiles { html: page.html(), text: page.text().to_owned() })
}

fn risk(risk: BreachRisk, language: &str) -> &'static str {
    let (en, fr) = match risk {
        BreachRisk::NotAssessed => ("not assessed yet", "pas encore évalué"),
        BreachRisk::Unlikely => ("unlikely", "improbable"),
        BreachRisk::Risk => ("a risk", "un risque"),
        BreachRisk::High => ("a high risk", "un risque élevé"),
    };
    if language == "fr" { fr } else { en }
}

fn exception(exception: Option<BreachException>, language: &str) -> String {
    let (en, fr) = match exception {
        None => ("none", "aucune"),
        Some(BreachException::Encrypted) => {
            ("the data were unintelligible (Art. 34(3)(a))", "données incompréhensibles (art. 34, § 3, a)")
        }
        Some(BreachException::Averted) => {
            ("the risk was averted since (Art. 34(3)(b))", "risque écarté depuis (art. 34, § 3, b)")
        }
        Some(BreachException::PublicNotice) => {
            ("a public communication instead (Art. 34(3)(c))", "communication publique (art. 34, § 3, c)")
        }
    };
    if language == "fr" { fr } else { en }.to_owned()
}

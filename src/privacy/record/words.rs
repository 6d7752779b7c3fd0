//! The words of the record, in both languages.

use entity::{
    LegalBasis, Lifecycle, RecipientRole, RetentionClock, RetentionSubject, TransferMechanism, retention_rule,
};

/// Picks the text of a language.
pub(super) fn said(language: &str, en: &'static str, fr: &'static str) -> &'static str {
    if language == "fr" { fr } else { en }
}

pub(super) fn basis(basis: LegalBasis, language: &str) -> &'static str {
    let (en, fr) = match basis {
        LegalBasis::Consent => ("Consent (Art. 6(1)(a))", "Consentement (art. 6, § 1, a)"),
        LegalBasis::Contract => ("Contract (Art. 6(1)(b))", "Contrat (art. 6, § 1, b)"),
        LegalBasis::LegalObligation => {
            ("Legal obligation (Art. 6(1)(c))", "Obligation légale (art. 6, § 1, c)")
        }
        LegalBasis::VitalInterests => ("Vital interests (Art. 6(1)(d))", "Intérêts vitaux (art. 6, § 1, d)"),
        LegalBasis::PublicTask => ("Public task (Art. 6(1)(e))", "Mission d’intérêt public (art. 6, § 1, e)"),
        LegalBasis::LegitimateInterests => {
            ("Legitimate interests (Art. 6(1)(f))", "Intérêts légitimes (art. 6, § 1, f)")
        }
    };
    said(language, en, fr)
}

pub(super) fn role(role: RecipientRole, language: &str) -> &'static str {
    let (en, fr) = match role {
        RecipientRole::Processor => ("processor", "sous-traitant"),
        RecipientRole::JointController => ("joint controller", "responsable conjoint"),
        RecipientRole::Controller => ("controller", "responsable du traitement"),
    };
    said(language, en, fr)
}

pub(super) fn inside(mechanism: TransferMechanism, language: &str) -> &'static str {
    match mechanism {
        TransferMechanism::Eea => said(language, "European Economic Area", "Espace économique européen"),
        _ => "",
    }
}

/// A retention rule in one sentence.
pub(crate) fn retention_in_words(rule: &retention_rule::Model, language: &str) -> String {
    period_in_words(rule.subject, rule.lifecycle, rule.clock, rule.months, language)
}

/// A retention period in one sentence.
pub(crate) fn period_in_words(
    subject: RetentionSubject,
    lifecycle: Option<Lifecycle>,
    clock: RetentionClock,
    months: i32,
    language: &str,
) -> String {
    let (en, fr) = match (subject, lifecycle) {
        (RetentionSubject::Contacts, Some(Lifecycle::Prospect)) => ("Prospects", "Prospects"),
        (RetentionSubject::Contacts, Some(Lifecycle::Customer)) => ("Customers", "Clients"),
        (RetentionSubject::Contacts, Some(Lifecycle::Former)) => ("Former customers", "Anciens clients"),
        (RetentionSubject::Contacts, None) => ("All contacts", "Tous les contacts"),
        (RetentionSubject::Submissions, _) => {
            ("That a form was sent", "Le fait qu’un formulaire a été envoyé")
        }
        (RetentionSubject::Evidence, _) => ("Proofs of consent", "Preuves de consentement"),
        (RetentionSubject::Requests, _) => ("Requests of persons", "Demandes des personnes"),
        (RetentionSubject::Suppressions, _) => ("Fingerprints of objections", "Empreintes des oppositions"),
        (RetentionSubject::Mails, _) => ("Records of e-mails", "Traces des e-mails"),
        (RetentionSubject::Usage, _) => ("Logs of use", "Journaux d’utilisation"),
        (RetentionSubject::Breaches, _) => ("Closed data breaches", "Violations de données closes"),
    };
    let subject = said(language, en, fr);
    let (en, fr) = match clock {
        RetentionClock::LastContact => ("the person’s last act", "le dernier acte de la personne"),
        RetentionClock::RelationEnd => ("the end of the relation", "la fin de la relation"),
        RetentionClock::Created => ("collection", "la collecte"),
        RetentionClock::Ended => ("their end", "leur terme"),
    };
    let clock = said(language, en, fr);
    if language == "fr" {
        format!("{subject} : {months} mois après {clock}")
    } else {
        format!("{subject}: {months} months after {clock}")
    }
}

/// What Accord does for security (GDPR Art. 32(1)), whatever the set-up. Each line is something the program does
/// itself; what the operator adds around it is theirs to state.
pub(super) fn security(language: &str) -> Vec<&'static str> {
    [
        (
            "Proofs, form answers before confirmation, and confidential fields are encrypted with a key of their \
             own per person; destroying the key destroys the data.",
            "Les preuves, les réponses aux formulaires avant confirmation et les champs confidentiels sont chiffrés \
             avec une clé propre à chaque personne ; détruire la clé détruit les données.",
        ),
        (
            "Mailboxes that object are remembered as keyed fingerprints, not as addresses.",
            "Les adresses des personnes qui s’opposent sont conservées sous forme d’empreintes, pas en clair.",
        ),
        (
            "Access by role; data classes decide who reads, sets and reveals sensitive fields; revealing one is \
             journaled.",
            "Accès par rôle ; les classes de données décident qui lit, modifie et révèle les champs sensibles ; \
             chaque révélation est journalisée.",
        ),
        (
            "Passwords are hashed with Argon2id; a second factor can be required; sessions end by themselves.",
            "Les mots de passe sont hachés avec Argon2id ; un second facteur peut être exigé ; les sessions \
             expirent d’elles-mêmes.",
        ),
        (
            "Every change is an entry in a journal that cannot be rewritten, whose entries hold no personal text.",
            "Chaque modification est inscrite dans un journal qui ne peut être réécrit et qui ne contient aucun \
             texte personnel.",
        ),
        (
            "The public forms, links and sign-in are rate-limited, and their answers tell nobody whether an \
             address is known.",
            "Les formulaires publics, les liens et la connexion sont limités en débit, et leurs réponses ne \
             révèlent pas si une adresse est connue.",
        ),
        (
            "The program calls no third party: no remote fonts, scripts, analytics or error trackers.",
            "Le programme n’appelle aucun tiers : ni polices, ni scripts, ni mesure d’audience, ni suivi d’erreurs \
             distants.",
        ),
        (
            "These guarantees are tested automatically with every change of the program.",
            "Ces garanties sont testées automatiquement à chaque modification du programme.",
        ),
    ]
    .into_iter()
    .map(|(en, fr)| said(language, en, fr))
    .collect()
}

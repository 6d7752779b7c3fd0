//! Whether data may go to a country (GDPR Art. 44 to 49). Denied unless something allows it. The countries are
//! data with a date and a source (`countries.json`).

use std::sync::LazyLock;

use chrono::{NaiveDate, TimeDelta};
use entity::{Time, TransferMechanism, recipient};
use iso_currency::Country;
use serde::Deserialize;

use crate::error::{Error, Problem, ProblemCode, Result};

/// How long a check of a certification counts: companies certify again each year.
const CHECKED_FOR: TimeDelta = TimeDelta::days(366);

/// A decision of the Commission under GDPR Art. 45.
#[derive(Debug, Deserialize)]
pub struct Adequacy {
    /// The country, by its two letters.
    pub country: String,
    /// The decision.
    pub decision: String,
    /// Whom it covers, unless it covers everybody.
    pub only: Option<String>,
    /// Whether it must be checked that it covers the recipient.
    #[serde(default)]
    pub check: bool,
    /// The last day on which it applies.
    pub until: Option<NaiveDate>,
}

/// Where data may go, and since when we know it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Countries {
    /// The day of this list.
    pub as_of: NaiveDate,
    /// Where it comes from.
    pub source: String,
    /// Countries and territories in which the GDPR applies.
    pub eea: Vec<String>,
    /// Decisions under Art. 45.
    pub adequate: Vec<Adequacy>,
}

/// What is said of a transfer.
#[derive(Clone, Debug)]
pub struct Transfer<'a> {
    /// Where the data are stored.
    pub country: &'a str,
    /// From where else they are read.
    pub access: &'a [String],
    /// What allows it.
    pub mechanism: TransferMechanism,
    /// The clauses with their module, the approval, or the reason.
    pub reference: &'a str,
    /// The reference of the transfer impact assessment.
    pub assessment: &'a str,
    /// When the mechanism was last checked.
    pub checked_at: Option<Time>,
}

/// The list that this version ships.
///
/// # Errors
/// `Internal` when it does not parse, which a test rules out.
pub fn countries() -> Result<&'static Countries> {
    static LIST: LazyLock<Option<Countries>> =
        LazyLock::new(|| serde_json::from_str(include_str!("countries.json")).ok());
    LIST.as_ref().ok_or_else(|| Error::internal("the list of countries does not parse"))
}

impl Countries {
    /// Whether the GDPR applies there.
    #[must_use]
    pub fn is_eea(&self, country: &str) -> bool {
        self.eea.iter().any(|known| known == country)
    }

    /// The decision for a country, while it applies.
    #[must_use]
    pub fn decision(&self, country: &str, now: Time) -> Option<&Adequacy> {
        let found = self.adequate.iter().find(|known| known.country == country)?;
        found.until.is_none_or(|last| now.date_naive() <= last).then_some(found)
    }
}

/// What is wrong with a transfer; nothing when it is allowed.
///
/// # Errors
/// `Internal` when the list of countries does not parse.
pub fn check(transfer: &Transfer<'_>, now: Time) -> Result<Vec<Problem>> {
    let list = countries()?;
    let mut problems = Vec::new();
    let mut problem = |code, field: &str, message: String| problems.push(Problem::new(code, field, message));
    let places = || std::iter::once(transfer.country).chain(transfer.access.iter().map(String::as_str));
    for (at, place) in places().enumerate() {
        if place.parse::<Country>().is_err() {
            let field = if at == 0 { "country" } else { "accessCountries" };
            let message = "Give countries by their two letters (ISO 3166-1 alpha-2) in capitals, like FR.";
            problem(ProblemCode::NotOffered, field, message.to_owned());
        }
    }
    if !problems.is_empty() {
        return Ok(problems);
    }
    let mut problem = |code, field: &str, message: String| problems.push(Problem::new(code, field, message));
    let outside: Vec<&str> = places().filter(|place| !list.is_eea(place)).collect();
    match transfer.mechanism {
        _ if transfer.checked_at.is_some_and(|at| at > now) => {
            problem(ProblemCode::Invalid, "checkedAt", "This time has not come yet.".to_owned());
        }
        TransferMechanism::Eea => {
            if let Some(place) = outside.first() {
                let message = format!(
                    "{place} is outside the European Economic Area: say what allows the transfer (GDPR Art. 44)."
                );
                problem(ProblemCode::Required, "mechanism", message);
            }
        }
        _ if outside.is_empty() => {
            let message = "No mechanism is needed in the European Economic Area: use EEA.";
            problem(ProblemCode::Invalid, "mechanism", message.to_owned());
        }
        TransferMechanism::Adequacy => {
            for place in outside {
                match list.decision(place, now) {
                    None => {
                        let message = format!(
                            "No adequacy decision covers {place} (list of {}): use SCC, BCR or DEROGATION.",
                            list.as_of
                        );
                        problem(ProblemCode::NotOffered, "mechanism", message);
                    }
                    Some(decision) if decision.check => {
                        let only = decision.only.as_deref().unwrap_or_default();
                        if transfer.checked_at.is_none_or(|at| at + CHECKED_FOR < now) {
                            let message = format!(
                                "The decision for {place} covers only {only}: check that it covers this recipient, \
                                 and say when you did. A check counts for a year."
                            );
                            problem(ProblemCode::Required, "checkedAt", message);
                        }
                    }
                    Some(_) => {}
                }
            }
        }
        TransferMechanism::Scc | TransferMechanism::Bcr | TransferMechanism::Derogation => {
            if transfer.reference.is_empty() {
                let message = match transfer.mechanism {
                    TransferMechanism::Scc => {
                        "Name the clauses: the module of Decision (EU) 2021/914, and when they were signed."
                    }
                    TransferMechanism::Bcr => "Name the approval of the binding corporate rules.",
                    _ => "Give the derogation of Art. 49(1) and why it applies.",
                };
                problem(ProblemCode::Required, "mechanismReference", message.to_owned());
            }
            if transfer.mechanism != TransferMechanism::Derogation && transfer.assessment.is_empty() {
                let message = "Name the assessment of the transfer's impact (CJEU C-311/18).";
                problem(ProblemCode::Required, "assessment", message.to_owned());
            }
        }
    }
    Ok(problems)
}

/// Whether a recipient may still be given data: a decision may have ended, or a check be too old.
///
/// # Errors
/// `Internal` when the row or the list does not parse.
pub fn is_allowed(row: &recipient::Model, now: Time) -> Result<bool> {
    let access: Vec<String> = serde_json::from_str(&row.access_countries)?;
    let transfer = Transfer {
        country: &row.country,
        access: &access,
        mechanism: row.mechanism,
        reference: &row.mechanism_reference,
        assessment: &row.assessment,
        checked_at: row.checked_at,
    };
    Ok(check(&transfer, now)?.is_empty())
}

/// What allows the transfer, in one line for records and notices; `None` inside the European Economic Area.
///
/// # Errors
/// `Internal` when the row or the list does not parse.
pub fn safeguard(row: &recipient::Model, now: Time) -> Result<Option<String>> {
    let list = countries()?;
    let access: Vec<String> = serde_json::from_str(&row.access_countries)?;
    Ok(match row.mechanism {
        TransferMechanism::Eea => None,
        TransferMechanism::Adequacy => {
            let places = std::iter::once(&row.country).chain(&access);
            let decisions: Vec<&str> = places
                .filter_map(|place| list.decision(place, now))
                .map(|one| one.decision.as_str())
                .collect();
            Some(format!("Art. 45: {}", decisions.join("; ")))
        }
        TransferMechanism::Scc => Some(format!("Art. 46(2)(c): {}", row.mechanism_reference)),
        TransferMechanism::Bcr => Some(format!("Art. 47: {}", row.mechanism_reference)),
        TransferMechanism::Derogation => Some(format!("Art. 49: {}", row.mechanism_reference)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Time {
        "2026-11-29T12:00:00Z".parse().unwrap()
    }

    fn to(country: &str, mechanism: TransferMechanism) -> Vec<&'static str> {
        let transfer =
            Transfer { country, access: &[], mechanism, reference: "", assessment: "", checked_at: None };
        let fields = ["country", "mechanism", "mechanismReference", "assessment", "checkedAt"];
        let problems = check(&transfer, now()).unwrap();
        problems
            .iter()
            .map(|problem| *fields.iter().find(|field| problem.field.as_deref() == Some(**field)).unwrap())
            .collect()
    }

    #[test]
    fn outside_the_eea_everything_is_denied_unless_something_allows_it() {
        use TransferMechanism::{Adequacy, Bcr, Derogation, Eea, Scc};
        assert!(to("FR", Eea).is_empty() && to("NO", Eea).is_empty() && to("RE", Eea).is_empty());
        for country in ["US", "CN", "IN", "GB", "CH", "RU"] {
            assert_eq!(to(country, Eea), ["mechanism"], "{country}");
        }
        assert!(to("CH", Adequacy).is_empty() && to("GB", Adequacy).is_empty());
        assert_eq!(to("CN", Adequacy), ["mechanism"]);
        assert_eq!(to("US", Adequacy), ["checkedAt"], "only certified companies");
        assert_eq!(to("IN", Scc), ["mechanismReference", "assessment"]);
        assert_eq!(to("IN", Bcr), ["mechanismReference", "assessment"]);
        assert_eq!(to("IN", Derogation), ["mechanismReference"]);
        assert_eq!(to("FR", Scc), ["mechanism"]);
        assert_eq!(to("fr", Eea), ["country"]);
    }

    #[test]
    fn a_decision_ends_and_a_check_grows_old() {
        let list = countries().unwrap();
        assert!(list.decision("GB", now()).is_some());
        assert!(list.decision("GB", "2031-12-28T00:00:00Z".parse().unwrap()).is_none());
        let checked = |days| Transfer {
            country: "US",
            access: &[],
            mechanism: TransferMechanism::Adequacy,
            reference: "",
            assessment: "",
            checked_at: Some(now() - TimeDelta::days(days)),
        };
        assert!(check(&checked(10), now()).unwrap().is_empty());
        assert_eq!(check(&checked(400), now()).unwrap().len(), 1);
        assert_eq!(check(&checked(-1), now()).unwrap().len(), 1);
    }

    #[test]
    fn where_data_are_read_from_counts_like_where_they_are_stored() {
        let access = ["IN".to_owned()];
        let transfer = Transfer {
            country: "FR",
            access: &access,
            mechanism: TransferMechanism::Eea,
            reference: "",
            assessment: "",
            checked_at: None,
        };
        assert_eq!(check(&transfer, now()).unwrap()[0].field.as_deref(), Some("mechanism"));
    }

    #[test]
    fn every_country_of_the_list_is_one() {
        let list = countries().unwrap();
        let all = list.eea.iter().chain(list.adequate.iter().map(|one| &one.country));
        for country in all {
            assert!(country.parse::<Country>().is_ok(), "{country}");
        }
        assert!(list.adequate.iter().all(|one| !list.is_eea(&one.country)));
        assert_eq!(list.eea.len(), 37);
    }
}
